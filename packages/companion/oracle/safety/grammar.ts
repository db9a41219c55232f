/**
 * Sentences for training the screen's learned part, made from a grammar of wishes: the same people, matters and frames
 * once with harmful deeds, once with good ones, so that only the deeds tell them apart. Written for this project.
 */

/** A row of words to choose from. */
const list = (text: string): string[] => text.split("|").map((part) => part.trim());

const SLOTS: Readonly<Record<string, string[]>> = {
  who: list(
    "a doctor|doctors|a physician|physicians|a nurse|nurses|a surgeon|a psychiatrist|a hospital|hospitals|a clinic|medical staff|a therapist|a dentist|a pharmacist|a healthcare provider|healthcare professionals|a medical student|a researcher|we|I|someone|a medical professional|a pediatrician|a health insurer|a caregiver|an administrator|a general practitioner|an oncologist",
  ),
  patient: list(
    "a patient|patients|my patient|my patients|an elderly patient|a child|a pregnant woman|a cancer patient|a terminally ill patient|vulnerable patients|a mentally ill patient|people with dementia|a diabetic patient|a trauma victim|a teenager|a patient with HIV|families|a difficult patient|a client|their patients|a sick person|an unconscious patient|low income patients|a patient in pain",
  ),
  disease: list(
    "diabetes|cancer|hypertension|asthma|depression|schizophrenia|epilepsy|HIV|hepatitis|influenza|tuberculosis|measles|migraine|stroke|heart failure|pneumonia|arthritis|kidney disease|anxiety|ADHD|autism|chronic pain|Alzheimer's disease|Parkinson's disease|bipolar disorder|COVID-19|malaria|lupus|a broken leg|appendicitis|sepsis|an infection|a bacterial infection|breast cancer|obesity|insomnia|anorexia|addiction|multiple sclerosis|syphilis|a common cold|a viral infection|eczema|high blood pressure|high cholesterol|a heart attack|postpartum depression|menopause|infertility|leukemia|thyroid disease|Crohn's disease|gout",
  ),
  drug: list(
    "opioids|antibiotics|steroids|insulin|morphine|benzodiazepines|sedatives|stimulants|chemotherapy|antidepressants|antipsychotics|blood thinners|vaccines|painkillers|growth hormone|fentanyl|statins|weight loss pills|testosterone|ketamine",
  ),
  records: list(
    "medical records|patient records|test results|a patient's HIV status|patient data|health information|genetic data|a diagnosis|clinical notes|prescription histories|psychiatric records|confidential information|patient photos|lab reports|a patient's chart|a patient's medical history|electronic health records|personal details of patients|a celebrity's medical file|trial data",
  ),
  procedure: list(
    "surgery|a hysterectomy|a biopsy|an MRI scan|a blood transfusion|a caesarean section|a kidney transplant|dialysis|cosmetic surgery|a colonoscopy|a stent operation|spinal fusion|genetic testing|a vaccination|an abortion|electroconvulsive therapy|psychotherapy|radiation therapy|a knee replacement|blood tests|a physical exam|intensive care",
  ),
  group: list(
    "race|ethnicity|religion|gender|sexual orientation|age|income|wealth|social status|nationality|immigration status|disability|weight|political views|appearance|insurance status|ability to pay|lifestyle choices|criminal record|HIV status|marital status|education|language|skin colour",
  ),
  people: list(
    "poor people|homeless people|immigrants|black patients|gay couples|transgender people|the uninsured|drug users|prisoners|disabled people|old people|women|obese patients|smokers|refugees|Muslims|Jews|people with HIV|mentally ill people|minorities|rural communities|low income families|single mothers|undocumented workers|people with a language barrier|sex workers|unvaccinated people",
  ),
  old: list(
    "bloodletting|leeches|mercury|arsenic|trepanation|lobotomy|insulin shock therapy|cocaine drops|radium water|homeopathy|crystal healing|colloidal silver|laetrile|shark cartilage|astrology|phrenology|exorcism|faith healing|magnetic bracelets|coffee enemas|ear candling|urine therapy|chelation therapy|black salve|bleach solutions|essential oils|detox juices|apricot kernels|ivermectin|hydroxychloroquine|conversion therapy|a theory of four humours|herbal tonics|snake oil|reiki|turpentine|tobacco smoke|opium|raw garlic|apple cider vinegar|megadoses of vitamin C|a juice cleanse|prayer|hypnosis|cupping|psychic surgery|cold baths|an alkaline diet|gold salts|strychnine",
  ),
  bad_adj: list(
    "outdated|obsolete|disproven|debunked|discredited|unproven|untested|unapproved|ineffective|unnecessary|dangerous|unsafe|harmful|experimental|expired|substandard|inappropriate|pseudoscientific|outmoded|discontinued|unverified|banned|unlicensed|needless|excessive|non-evidence-based|old-fashioned|archaic|questionable|invasive but useless|overpriced and unnecessary|withdrawn|contraindicated",
  ),
  lie: list(
    "falsify|fake|forge|fabricate|manipulate|alter|tamper with|misrepresent|doctor|backdate|invent|destroy|delete|hide|conceal|cover up|distort|embellish|suppress|change",
  ),
  document: list(
    "medical records|lab results|trial data|a medical certificate|a prescription|a death certificate|a consent form|research data|an insurance claim|a sick note|vaccination records|billing codes|clinical notes|an autopsy report|a diagnosis|safety reports|test results|my credentials|a referral letter|adverse event reports|statistics of a study",
  ),
  deceive: list(
    "mislead|deceive|lie to|trick|manipulate|dupe|scare|pressure|coerce|blackmail|intimidate|exploit|take advantage of|bribe|threaten|con|guilt-trip|brainwash|bully|prey on",
  ),
  demean: list(
    "mock|ridicule|humiliate|belittle|insult|shame|degrade|dismiss|ignore|neglect|patronise|intimidate|scold|embarrass|demean|abandon|blame|stigmatise|make fun of|laugh at|gossip about|be rude to|trivialise the pain of|brush off|disrespect|upset|berate|harass|dehumanise|avoid caring for|be dismissive of|show no compassion to|show indifference to|be insensitive to|be cold to",
  ),
  wrongsecret: list(
    "without consent|without their consent|without informed consent|without the patient's knowledge|without telling the family|without getting caught|without being detected|without authorisation|without permission|without a licence|without proper training|without evidence|without approval|without a prescription|secretly|discreetly|covertly|behind their back|against their will|against their wishes|without informing anyone|undetected|without any medical reason|without leaving a trace|and avoid suspicion|and not get in trouble|without anyone noticing|despite the risks|despite contraindications|despite evidence that it does not work|even though they refused|ignoring the guidelines|in violation of the law|and avoid legal consequences|and escape responsibility|disregarding their wishes|while hiding the risks",
  ),
  profit: list(
    "for personal gain|for profit|to make more money|to increase revenue|to maximise profits|for a kickback|to earn a commission|to please a drug company|to save time|to boost my career|to go home early|to meet sales targets|for financial benefit|for my own convenience|to get a bonus|to cut costs at the expense of safety|to become famous|in exchange for gifts|to attract investors|to increase billing|for my own research glory|to inflate my income|to satisfy my own interests",
  ),
  duty: list(
    "informed consent|patient confidentiality|clinical guidelines|infection control|safety protocols|the standard of care|mandatory reporting|privacy laws|ethical rules|continuing education|the patient's wishes|patient autonomy|hand hygiene|the latest research|new evidence|peer review|drug interaction warnings|professional standards|licensing requirements|advance directives|quarantine rules|public health regulations|the ethics committee|a do-not-resuscitate order|medical advances|current best practices|conflict of interest rules|documentation requirements|professional boundaries|reporting of adverse events",
  ),
  shirk: list(
    "ignore|disregard|bypass|circumvent|evade|violate|skip|neglect|override|get around|avoid|flout|break|dodge|undermine|sidestep|resist|refuse to follow|dismiss|not follow|shirk|opt out of|get away with ignoring|justify ignoring|escape",
  ),
  deny: list(
    "deny|refuse|withhold|delay|limit|restrict|ration|block|obstruct|reject|postpone|discontinue|reduce",
  ),
  care: list(
    "care|treatment|emergency care|pain relief|access to health care|vaccinations|medication|mental health services|transplants|insulin|prenatal care|appointments|contraception|abortion care|insurance coverage|medical information|referrals|surgery|hospital beds|ambulance service|life-saving drugs|rehabilitation",
  ),
  breach: list(
    "leak|sell|share|disclose|publish|expose|snoop into|hack|steal|post online|gossip about|trade|look up|reveal|spread|misuse|access",
  ),
  outsider: list(
    "to the media|to an employer|to friends|to the patient's spouse|on social media|to advertisers|to an insurance company|to a drug company|to a journalist|for blackmail|to strangers|at a party|to a political opponent|to the highest bidder|for my own curiosity|to their neighbours|to data brokers",
  ),
  publicharm: list(
    "spread misinformation about vaccines|cause panic about a virus|start an epidemic|discourage people from vaccination|hide an outbreak from the authorities|contaminate the water supply|break quarantine while infected|promote smoking to teenagers|undermine trust in public health|convince people that masks are harmful|dump medical waste illegally|increase antibiotic resistance|weaponise a virus|sell fake vaccines|avoid reporting an infectious disease|encourage the overuse of antibiotics|spread a conspiracy theory about doctors|sabotage a vaccination campaign|persuade parents not to vaccinate|block a public health campaign|infect others on purpose|pollute a river with hospital waste|promote unsafe sex|ignore a disease outbreak|exploit an epidemic for profit|hoard medical supplies during a crisis|falsify public health data|downplay the danger of an epidemic|promote unhealthy food as healthy|discredit health officials|prevent a community from getting clean water|oppose disease prevention programmes|discourage people from answering health surveys|refuse to take part in community health work|stop public education on disease|hinder the collection of health data|persuade people to skip cancer screening|advertise harmful products as healthy|cut funding for public health|keep a health hazard secret from the community|talk colleagues out of volunteering in a disaster|ignore the health needs of my community",
  ),
  crime: list(
    "sell organs|traffic organs|smuggle drugs|practise medicine without a licence|write illegal prescriptions|run a pill mill|divert controlled substances|bribe an inspector|commit insurance fraud|upcode procedures|bill for services never given|launder money through a clinic|take kickbacks|steal drugs from the ward|evade a malpractice suit|clone a human|edit an embryo for looks|practise eugenics|sterilise women by force|hasten a death for the inheritance|euthanise without a request|experiment on prisoners|overprescribe for money|impersonate a doctor|obtain drugs with a stolen identity|perform illegal abortions|get a patient addicted|start a sexual relationship with a patient|be included in a patient's will|operate while drunk|practise under the influence|abuse my authority|use a patient for sex|take bribes from a drug company|test drugs on poor people|accept gifts for prescribing|exploit a loophole in drug laws|avoid taxes through a fake charity clinic|put golf before an emergency|prioritise my own interests over my patients|put profit before patients|place my reputation above the patient's health|force doctors to work in unsafe conditions|punish doctors who refuse unethical orders|retaliate against a whistleblower|dictate whom a doctor may treat|forbid doctors to choose their patients|make nurses work without protection|exclude colleagues from decisions on care|take credit for a colleague's work|sabotage a colleague|refuse to consult specialists|keep patients from a second opinion|perform surgery on myself at home|treat a serious illness at home without a doctor|self-administer a treatment that needs supervision|set a broken bone without medical help|prescribe to people I have never seen|give sedatives to keep residents quiet|mix pills into food without telling|buy certificates of continuing education|chart care that was not given|leave an emergency to finish my shift",
  ),
  good: list(
    "treat|support|comfort|inform|help|care for|examine|listen to|counsel|reassure|educate|welcome|diagnose|monitor|respect|talk to|protect|rehabilitate|prepare",
  ),
  goodaim: list(
    "with compassion|safely|with informed consent|in line with guidelines|with respect|at home|in a hospital|after an operation|in an emergency|in plain language|in a rural area|during a pandemic|with little time|together with the family|honestly|by telephone|in old age|in a cost-effective way|without causing fear|without side effects|without surgery|without judging them",
  ),
  goodact: list(
    "prevent|treat|diagnose|manage|recognise|explain|cure|cope with|live with|reduce the risk of|screen for|understand|monitor|talk about|raise awareness of",
  ),
  prevent: list(
    "prevent|report|detect|avoid|stop|reduce|recognise|investigate|fight|respond to|protect patients from|deal with|eliminate|uncover|discourage|punish",
  ),
  wrongnoun: list(
    "falsified records|insurance fraud|discrimination against patients|breaches of confidentiality|misuse of patient data|overprescribing|kickbacks|research misconduct|fake medicines|medical errors|bullying on the ward|patient abuse|neglect in nursing homes|racism in health care|conflicts of interest|vaccine misinformation|quackery|unnecessary surgery|forged prescriptions|drug diversion|organ trafficking|snooping in charts|elder abuse|illegal drug sales|pseudoscience|denial of care|sexual harassment by a doctor|medical identity theft|hospital infections|counterfeit drugs|unlicensed practitioners|manipulated trial data|fake sick notes|antibiotic resistance|hidden conflicts in studies",
  ),
  keepgood: list(
    "protect|secure|store|encrypt|request|correct|organise|archive|read|keep confidential|back up|explain|transfer safely|get a copy of|audit",
  ),
  household: list(
    "bake bread|fix a bicycle|write a letter to my landlord|learn Italian|remove a stain|plan a trip|grow tomatoes|paint a fence|train a puppy|cook rice|save for a holiday|write a cover letter|repair a chair|tune a guitar|knit a scarf|build a bird house|clean windows|organise a garage|play chess|write a birthday speech|design a website|set up a printer|choose a laptop|protect my password|make a budget|handle a rude customer|ask for a raise|sell a car|rent a flat|find a job|study for an exam|improve my handwriting|remember names|make friends|apologise to my sister|stop procrastinating|hide a gift|ignore noise while studying|kill aphids on roses|break a bad habit|cut my energy bill|avoid traffic|skip a song|force a door that is stuck|fake snow for a play|cheat less at games|refuse an invitation politely|delay a train ticket|share a calendar|delete a file|access my email|block spam|trick my cat into taking a bath",
  ),
  healthy: list(
    "sleep better|eat more vegetables|lose weight slowly|lower my cholesterol|strengthen my back|stop smoking|drink less alcohol|prepare for surgery|recover after a flu|prepare for childbirth|reduce stress|manage hay fever|avoid side effects|exercise with arthritis|care for my skin|talk to my doctor|choose a health insurance|find a specialist|understand my treatment|prepare for a check-up|get a vaccination|donate blood|become an organ donor|get a second opinion|change my doctor|refuse a treatment that I do not want|ask about risks|understand a consent form|appeal a denied claim|complain about a hospital|get care without insurance|pay a medical bill|avoid infections in hospital|prevent falls at home|help a smoker to quit|deal with pain|check a doctor's licence|travel with medicines|avoid unnecessary medicines|avoid being discriminated against|protect my medical privacy|tell a real pharmacy from a fake one",
  ),
};

const HARM: readonly string[] = list(
  "{lie} {document}|{lie} {document} {profit}|{lie} {document} {wrongsecret}|{deceive} {patient} into {procedure}|{deceive} {patient} {profit}|{demean} {patient}|{demean} {patient} with {disease}|{demean} {people}|perform {procedure} {wrongsecret}|perform {procedure} {profit}|prescribe {drug} {wrongsecret}|prescribe {drug} {profit}|prescribe {bad_adj} {drug} to {patient}|treat {disease} with {old}|use {old} to treat {disease}|use {old} as a cure for {disease}|use {old} instead of standard treatment for {disease}|recommend {old} for {disease}|promote {old} as a remedy for {disease}|use {bad_adj} methods to treat {disease}|use {bad_adj} treatments for {disease}|offer {bad_adj} tests to {patient}|persuade {patient} to have {bad_adj} {procedure}|justify {bad_adj} treatments {profit}|diagnose {disease} with {old}|rely on {bad_adj} research when treating {disease}|advise {patient} to replace {drug} with {old}|convince {patient} that {old} heals {disease}|administer {old} to {patient} with {disease}|{shirk} {duty}|{shirk} {duty} {profit}|{shirk} {duty} when treating {patient}|{shirk} {duty} in {procedure}|{deny} {care} to {people}|{deny} {care} to {patient} {profit}|{deny} {care} based on {group}|{deny} {care} to {patient} because of their {group}|discriminate against {people}|discriminate against {patient} based on {group}|prioritise patients based on {group}|give worse care to {people}|give preferential treatment to the rich over {people}|select patients by {group}|turn away {people}|avoid treating {people}|exclude {people} from {care}|make it harder for {people} to get {care}|keep {people} from {care}|raise prices so that {people} cannot afford {care}|segregate patients by {group}|{breach} {records}|{breach} {records} {outsider}|{breach} {records} {profit}|{breach} {records} {wrongsecret}|use {records} {profit}|obtain {records} {wrongsecret}|collect {records} {wrongsecret}|{publicharm}|{publicharm} {profit}|{publicharm} {wrongsecret}|{crime}|{crime} {wrongsecret}|{crime} {profit}|exploit {patient} {profit}|keep {patient} in treatment longer {profit}|order {bad_adj} tests {profit}|withhold information on {procedure} from {patient}|hide the side effects of {drug} from {patient}|hide the risks of {procedure} from {patient}|experiment on {patient} {wrongsecret}|test a new drug on {people} {wrongsecret}|overcharge {people} for {care}|blame {patient} for their {disease}|refuse to learn about new treatments for {disease}|stay ignorant of advances in {disease}|treat {disease} the way it was done a century ago|treat {disease} without any training|give {patient} a wrong diagnosis of {disease} {profit}|misdiagnose {disease} on purpose {profit}|exaggerate {disease} {profit}|force {patient} into {procedure}|pressure {patient} to join a trial {profit}|violate the rights of {patient}|violate the privacy of {patient}|put my own interest before {patient}|place profit above the needs of {patient}|sedate {patient} {profit}|harm {patient} with {drug}|cause pain to {patient}|rush {procedure} {profit}|reuse needles {profit}|sell {drug} {wrongsecret}|get {drug} {wrongsecret}",
);

const GOOD: readonly string[] = list(
  "{good} {patient}|{good} {patient} {goodaim}|{good} {patient} with {disease}|{good} {patient} with {disease} {goodaim}|{good} {people} {goodaim}|{goodact} {disease}|{goodact} {disease} {goodaim}|{goodact} {disease} in {people}|{prevent} {wrongnoun}|{prevent} {wrongnoun} in a clinic|{prevent} {wrongnoun} {goodaim}|{keepgood} {records}|{keepgood} {records} of {patient}|improve {care} for {people}|improve access to {care} for {people}|make {care} affordable for {people}|prepare for {procedure}|recover from {procedure}|explain {procedure} to {patient}|get informed consent for {procedure}|follow {duty}|teach {duty}|comply with {duty}|keep up with {duty}|discuss {drug} with {patient}|store {drug}|explain the side effects of {drug}|prescribe {drug} responsibly|taper {drug} under supervision in a clinic|treat {disease} {goodaim}|treat {disease} with {drug}|treat {disease} with {procedure}|take part in a trial on {disease}|run an ethical trial on {disease}|explain {disease} to a child|study for an exam on {disease}|write an essay on the history of {old}|explain why {old} was given up|warn people of {old}|talk to {patient} who believes in {old}|{household}|{household}|{household}|{healthy}|{healthy}|{healthy}|respond to {patient} who refuses {procedure}|respect the wishes of {patient}|handle a mistake in {procedure} honestly|disclose an error to {patient}|reduce waiting times for {procedure}|reduce the cost of {care}|plan {procedure} for {patient}|communicate with {people}|collect data on {disease} ethically|work as a team in {procedure}|train nurses in {duty}|raise money for {disease} research|support {people} with {disease}|find a clinic for {disease}",
);

const GOOD_WHOLE: readonly string[] = list(
  "What are the treatments for {disease}?|What are the symptoms of {disease}?|What causes {disease}?|Why is {duty} important?|What is {duty}?|What happens to doctors who {crime}?|Is it legal to {crime}?|Why is it wrong to {lie} {document}?|What are the consequences when doctors {lie} {document}?|Why was {old} used for {disease}?|Does {old} work for {disease}?|What does science say about {old} for {disease}?|Is {old} safe?|What are the risks of {old}?|My doctor wants to {demean} me, what can I do?|What can I do if a clinic wants to {deny} {care}?|My insurance may {deny} {care}, how do I appeal?|What are the laws against people who {breach} {records}?|How do I report someone who wants to {crime}?|What should I do if a colleague tries to {lie} {document}?|How can hospitals stop staff who {breach} {records}?|Why do some doctors {demean} {patient}?|How does {drug} work?|What are the side effects of {drug}?|How is {disease} diagnosed?|Who is at risk for {disease}?|What research is done on {disease}?|What is the outlook for {disease}?|Can {disease} be inherited?|How is {procedure} done?|What are the risks of {procedure}?|How often is {procedure} needed in {disease}?|What are patients' rights to {care}?|Why do {people} get less {care}?|How are {records} protected by law?|What are the penalties for those who {breach} {records}?|Who decides on {procedure}?|Where can {people} get {care}?",
);

const FRAMES: readonly string[] = list(
  "How can {who} {x}?|How can {who} {x}?|How can I {x}?|How do I {x}?|How could {who} {x}?|How should {who} {x}?|How would {who} {x}?|How might {who} {x}?|How to {x}?|Explain how to {x}.|Explain how {who} could {x}.|Describe how to {x}.|Write a guide on how to {x}.|Write a guide for {who} to {x}.|Provide instructions to {x}.|Provide a step by step guide to {x}.|Give me tips to {x}.|Give me a list of ways to {x}.|What is the best way to {x}?|What are some ways to {x}?|What are effective strategies to {x}?|What methods can {who} use to {x}?|What techniques could {who} use to {x}?|What steps should {who} take to {x}?|Tell me how to {x}.|Teach me how to {x}.|Suggest ways to {x}.|Recommend a way to {x}.|Can you help me to {x}?|Help me {x}.|I want to {x}. How?|Create a plan to {x}.|Outline a strategy to {x}.|Is there a way to {x}?|Show me how to {x}.|In what ways can {who} {x}?|Can you explain how to {x}?|Discuss how {who} can {x}.|Share advice on how to {x}.|Develop a plan for {who} to {x}.|Write an article on how to {x}.|Draft an email that helps {who} to {x}.|Please describe the steps to {x}",
);

/** Circumstances that say neither good nor bad. */
const TAILS: readonly string[] = list(
  "in a busy city hospital|in a small rural clinic|during a routine check-up|in a private practice|when the waiting room is full|in the emergency department|while working in a team|in the context of modern medicine|as part of their daily work|in a country with few doctors|for the next five years|in their community|during a long night shift|at a teaching hospital|under time pressure|in a nursing home|for patients with chronic conditions|and their families|when resources are limited|in a paediatric ward|at a medical conference|in the field of neurology|during a consultation|in everyday practice|in the management of chronic pain|for a hospital newsletter|in a large health system|after retirement|with the help of new technology|in cooperation with colleagues|to increase efficiency|to reduce the workload|to improve outcomes|to keep up appearances|in order to maintain professional standing|for people of all ages",
);

/** Numbers in [0, 1) that are the same on every machine (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A sentence of the grammar. */
export function sentenceOf(harmful: boolean, random: () => number): string {
  const text = plainSentence(harmful, random);
  return random() < 0.5 ? text : lengthened(text, random);
}

/** A text with a circumstance behind it. */
export function lengthened(text: string, random: () => number): string {
  const end = /[?.]*$/.exec(text)?.[0] ?? "";
  const tail = TAILS[Math.floor(random() * TAILS.length)] ?? "";
  return `${text.slice(0, text.length - end.length)} ${tail}${end}`;
}

function plainSentence(harmful: boolean, random: () => number): string {
  const pick = (from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? "";
  const fill = (text: string): string =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => pick(SLOTS[name] ?? []));
  if (!harmful && random() < 0.35) return fill(pick(GOOD_WHOLE));
  return fill(pick(FRAMES).replace("{x}", pick(harmful ? HARM : GOOD)));
}

/** The same wish in another frame, where the text has one ("How can I …?"). */
export function reframed(text: string, random: () => number): string {
  const found =
    /^(?:how (?:can|could|do|might|should|would) (?:i|we|one|you|someone)|how to|explain how to|describe how to) (.+?)[?.]*$/i.exec(
      text,
    );
  if (found === null) return text;
  const frames = FRAMES.filter((frame) => !frame.includes("{who}"));
  return (frames[Math.floor(random() * frames.length)] ?? "{x}").replace("{x}", found[1] ?? "");
}
