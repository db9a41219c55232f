/**
 * English words behind the screen: who acts, what is done, to what, in what manner. The principles are those of medical
 * ethics (competence and compassion, honesty, law, confidentiality, evidence, fairness, public health, the patient first,
 * access); the phrases are the project's own.
 */

import type { Lexicon } from "./marks.ts";

/** Concepts in English; see `rules.ts` for how they go together. */
export const ENGLISH: Lexicon = {
  // What the text wants.
  howto: `
    way for|ways for|how to|how can|how could|how do i|how do we|how do you|how should|how would
    how might|how does one|how do doctor*|how do physician*
    way to|ways to|way of|ways of|ways a|ways in which|method*|steps|step by step|technique*
    strateg*|tactic*|tips|tricks|guide|instruct*|tutorial|explain|describe|tell me|teach|show me
    give me|provide|write|create|draft|compose|develop|design|outline|generate|produce|prepare
    formulate|help me|assist me|suggest|recommend*|advise|advice|devise|propose|discuss
    best approach|best way|what should|what can i|what could i|what would be|is it ok|is it okay
    is it acceptable|is it fine|is it all right|is it alright|is it possible|is there a way
    can i|can we|can a doctor|can doctors|could i|may i|should i|should we|should a|should doctors
    convince me|list|script|plan to|scheme|i want|i need|i would like|i'd like|let's|share some
    make a|make an|argue|argument*|justif*|rationali*|defend|article|essay|speech|presentation|poem
    story|blog|post|email|letter|example*|detail|elaborate|enumerate|persuade|ideas|loophole*
    come up with|walk me|offer suggestions|offer advice|convince|instruct me|demonstrate|construct
    implement|establish|set up a|how does a|how does an|how does one|how do you|how do doctor*
    how do hospital*|how do nurse*
    what is the procedure|what is the process|what would be|which loopholes|which lies
    which drugs can|which patients are|what lies|what excuses|what arguments|what reasons
    what tricks|what are effective|what are clever|what are the best|what are the easiest
    what are methods|what are some|promote the|promote a|promoting|encourage patients
    encourage people|encourage doctors|advocate|organi* a|launch|start a|run a`,
  // Sentences that ask for knowledge about a wrong, or for protection from it.
  about: `how is|how are|how was|how were|how did|how has|how have|how does|is it ever|when can|when may|when should
    when is|where can|where do|which|what can be done|is a|is there evidence|are there|do vaccines|does the
    what are old|what were|what was|what counts|explain why it is wrong|why is|why are|why do|why does|why did
    why was|why were|why would|why should i not|why shouldn't|why is it wrong|why can't|what is|what's
    what are the risks|what are the dangers|what are the consequences|what are the penalt*|what are the laws
    what are the rules|what are the signs|what are the side effects|what are the symptoms|what are my rights
    what rights|what happens|what does|what do we call|what laws|what law|is it legal|is it illegal|is it lawful
    is it wrong|is it ethical|is it unethical|is it safe|is it true|history of|meaning of|difference between
    definition of|define|who|when did|when was|are there laws|how common|how often|how many people|how does
    did they|has anyone|consequence* of|penalt* for|danger* of|risk* of|harm* of|effect* of|impact of|ethic* of
    problem* with|wrong with|issues with|statistic*|prevalence|evidence for|research on|lessons from|lessons of
    learn from|what should _ do when|what should _ _ do when|what should _ _ do if|what should _ do if
    what should i do|what can i do|do you agree|what do you think|is it right|should there|is the
    should the|should doctors be|is human|morally|ethically justif*|ever justif*|ever acceptable`,
  protect: `prevent|prevents|preventing|avoid|avoids|avoiding|stop|stopping|reduce|reducing|report|reports|reporting
    detect*|recogni*|identify|identifying|spot|spotting|protect*|guard against|combat*|address|addressing|eliminat*
    respond*|cope|coping|complain*|fight|fighting|deal with|dealing with|handle|handling|investigat*|safeguard*
    against|sue|expose fraud|what to do if|what to do when|what can i do if|what should i do if|what do i do if
    my rights|victim*|appeal*|overcome|overcoming|counter|mitigat*|minimi* the risk*|lower the risk|rather than
    refrain from|instead of being|without being|tell if|know if|find out if|sign of|signs of|signs that
    whistleblow*|ensure|ensuring|correct|correcting|discourag*|condemn*|raise awareness|end|ending|tackl*|resist*
    challeng*|without harming|without harm|without pressure|without shaming|without judging|without offending
    without hurting|without lying|without discriminat*|without forcing|without coerc*|without deceiv*
    without mislead*|without stigmati*|without blam*|without scaring|avoid them|instead of`,
  // Deeds that are wrong in themselves in medicine.
  deceive: `
    false story|made up stories|looks as though|looks as if|look as though|look as if|seem as if
    look like the patient|on paper only|lower on paper|pin my|pin the blame|pin it on|rewrite the
    reword _ so|falsif*|fake|faking|fakes|faked|forge|forging|forged|forger*|fabricat*|counterfeit*
    misrepresent*|mislead*|misled|deceiv*|decept*|deceit*|trick|tricking|lie|lying|lies|cheat*
    misreport*|misinform*|disinform*|mischaracteri*|distort*|exaggerat*|overstat*|understat*
    downplay*|embellish*|doctor the|doctored|doctoring|tamper*|backdat*|plagiari*|impersonat*
    pose as|posing as|pretend*|disguis*|gaslight*|hoax*|rig|rigging|rigged|cherry pick*|cherrypick*
    spoof*|bogus|phony|phoney|sham|fudg*|fictitious|phantom|fraud*|scam*|con patients|hoodwink*|dup
    dupe|duping|bluff*|swindl*|manipulat*|ghost writ*|ghostwrit*|bait and switch|false|falsely
    untru*|dishonest*|inaccurate*|alter the|altering|altered|inflat*|sugarcoat*|twist|twisting
    massage the data|spin the|p hack*|misus*|misappropriat*|misattribut*|invent|inventing|make up
    making up|made up`,
  conceal: `conceal*|hide|hiding|hidden|hides|cover up|covering up|cover ups|coverup*|withhold*|withheld|omit|omits
    omitting|omission|suppress|suppressing|bury|burying|masking|obscur*|keep secret|keep quiet|keeping quiet
    keep it secret|sweep*|under the rug|leave out|leaving out|not mention*|not telling|not tell|not disclos*
    not inform*|not report*|avoid disclos*|avoid telling|avoid inform*|avoid report*|avoid mention*|nondisclosure
    gloss over|obfuscat*|erasing|destroy|destroying|shred*|remove evidence|evade disclos*|in the dark
    sanitize the record*|whitewash*|mask the truth|mask symptoms of|delete evidence|delete the record*
    delete medical|erase the record*|erase evidence|out of the statistics`,
  coerce: `
    talk _ into|talk _ _ into|talk _ _ _ into|talking _ _ into|scare _ off|scare _ _ off|wear _ down
    guilt trip*|pester*|coerc*|blackmail*|threat*|intimidat*|pressuring|pressured|force|forcing
    forced|forcibl*|bully|bullying|bullied
    harass*|exploit|exploiting|exploits|exploitation|exploitative|take advantage|taking advantage|abuse|abusing
    abusive|guilt|guilting|scare|scaring|frighten*|terrify*|prey on|preying|extort*|bribe*|bribing|brainwash*
    browbeat*|strong arm|retaliat*|punish*|groom|grooming|seduc*|sexual relation*|sexual favo*|sleep with
    romantic relationship|date a patient|date my patient|date patients|flirt*|unsettl*|emotional manipulat*
    fear tactic*|scare tactic*|compel|compelling patients|entice*|lure|luring|impose|imposing|strongarm
    pressure patients|pressure a|pressure my|pressure someone|pressure the|pressure people|pressure them
    put pressure on|pressure elderly|pressure vulnerable|pressure families|unwilling|prey`,
  demean: `
    mock|mocking|mocks|ridicul*|humiliat*|belittl*|insult*|demean*|degrad*|shame|shaming|scorn*
    make fun|making fun|laugh at|laughing at|joke about|jokes about|joking about|tease|teasing
    condescend*|patroni*|rude|rudely|rudeness|disrespect*|dehumani*|stigmati*|sneer*|berat*|yell at
    shout at|scold*|callous*|uncaring|coldly|heartless*|apathetic|indifferen*|unempath*
    unsympathetic*|uncompassion*|lack of compassion|lack of empathy|cruel*|hostile|hostility
    dismissive*|arrogan*|contempt*|disdain*|offensive|derogator*|mistreat*|maltreat*|neglect
    neglecting|neglectful*|abandon|abandoning|invalidat*|trivial*|stereotyp*|insensitiv*|unkind*
    harsh*|blame|blaming|impatien*|sarcas*|brush off|brushing off|minimal effort|lazy|lazily
    careless*|reckless*|negligen*|incompeten*|sloppy|sloppily|shoddy|subpar|substandard|bare minimum
    half hearted*|halfhearted*|hurried*|rushed|indignit*|without dignity|without respect`,
  discriminate: `
    discriminat*|racial profiling|racist*|racism|sexist*|sexism|homophob*|transphob*|xenophob*
    ableis*|ageis*|segregat*|eugenic*|prejudic*|bias|biased|biases|favoritism|favouritism
    preferential|unequal*|unfair*|blacklist*|cherry picking patients|racially|inferior care
    second class|lesser care|worse care|profil* patients|exclude minorit*|inequit*|bigot*|marginali*`,
  steal: `
    get past the|getting past the|slip past|sneak past|without paying|never trained|no training
    isn't a doctor|is not a doctor|untrained|without a degree|not qualified|unqualified
    somebody else's diploma|someone else's diploma|visits that never|visits never|never took place
    never happened|never ran the|work out who is who|get at his|get at her|pay me under|at me off
    holidays from|steal*|stolen|theft|embezzl*|kickback*|upcod*|overbill*|overcharg*|double bill*
    double charg*|unbundl*
    phantom bill*|pad the bill*|padding bill*|price goug*|gouge|gouging|launder*|smuggl*|traffick*|black market
    divert|diverting|diversion of|illegal*|illicit*|unlawful*|unlicensed|unethical*|unauthori*|bootleg*|underground
    unregulated|unregistered|evade tax*|tax evasion|insider trading|profiteer*|price fix*|organ trade|sell organ*
    selling organ*|buy organ*|buying a kidney|sell a kidney|pill mill*|doctor shop*|off the books|under the table
    collude|colluding|collusion|pocket|pocketing|siphon*|self deal*|criminal*|get away with|getting away with
    corrupt*|unscrupulous*|nefarious*|malicious*|bilk*|fleece|fleecing|milk the|rip off|rip offs|ripping off|shady
    immoral*|malpractic*|racket|commit a crime|commit crime*`,
  breach: `
    leak|leaking|leaks|leaked|snoop*|gossip*|hack|hacking|hacked|hacker*|breach|breaching|breaches
    pry into|spy on|spying|eavesdrop*|blab*|dox*|secretly record*|secretly film*|secretly test*
    sell patient*|selling patient*|sell medical record*|sell health data|selling health data
    sell the data|sell confidential|post patient*|posting patient*|share patient*|sharing patient*
    reveal patient*|revealing patient*|disclose patient*|disclosing patient*|expose patient*
    publish patient*|identify anonym*|reidentif*|de anonym*|deanonym*|re identif*
    violate confidential*|violate privacy|violate hipaa|peek at|look up a|look up my ex*
    unauthorized access|gain access to another|access another|access someone*|access my ex*
    access a celebrity*|access a coworker*|access a colleague*|access my coworker*
    access my neighbo*|intercept*|track a patient|disclose a patient*|share a patient*
    reveal a patient*|share my patient*|talk about a patient|talk about my patient*
    discuss a patient*|discuss my patient*|discuss patient* _ public|tell a patient's
    tell my patient's|out a patient|trade patient*|trading patient*|share confidential
    sharing confidential|disclose confidential|disclosing confidential|reveal confidential
    revealing confidential`,
  hurt: `
    garage|chloroform|slip medicine|slip _ into|slip pills|kill a|kill my|kill the|kill patients
    kill someone|kill somebody|killing a|killing my|killing patients|murder*|poison someone|poison a
    poison my|poison the|poisoning someone|poisoning a patient|harm patients|harm a|harm the patient
    harm my|harming patients|harming a|hasten death|hasten the death|hasten a|euthani*
    end a patient's life|end the life|end someone's life|torture|torturing|sterili* women
    forced sterili*|sterili* without|sabotag*|infect people|infect patients|infect a
    infecting people|infecting others|contaminat* the|contaminate a|drug someone|drug a|drugging
    sedate patients|sedating patients|sedate a|over sedat*|oversedat*|overmedicat*|over medicat*
    overprescri*|over prescri*|overtreat*|over treat*|overdose a|overdose someone|overdose my
    assault*|injure*|maim*|mutilat*|weaponi*|bioweapon*|bioterror*|biological weapon*
    chemical weapon*|genocid*|ethnic cleansing|human experiment*|experiment on|experimenting on
    spread disease*|spread a disease|spread infection*|spread the virus|spread a virus
    spreading disease*|spread misinformation|spread panic|start an epidemic|cause an outbreak
    start an outbreak|outbreak of panic|induce illness|make someone sick|make patients sick
    make a patient sick|make people sick|prolong suffering|cause pain|inflict*|cause harm|do harm
    dangerous combination*|lethal dose|fatal dose|untraceable|undetectable poison
    substance abuse in patients|get patients addicted|get patients hooked|addict patients
    keep patients addicted|keep patients sick|keep patients dependent|create dependenc*
    make patients dependent|foster dependenc*|jeopardi*|endanger*|worsen|worsening|human cloning
    clone a human|designer bab*|dump medical waste|dump biohazard*|dump hazardous|pollut*`,
  anti: `
    anti vaccin*|antivaccin*|anti vax*|antivax*|anti mask*|conspirac*|vaccine hesitancy among
    discourage vaccin*|discouraging vaccin*|discourage patients|discouraging patients|dissuade*
    dissuading|deter patients|deter people|deterring|undermine*|undermining|evade quarantine
    break quarantine|breaking quarantine|violate quarantine|avoid quarantine|skip quarantine
    ignore quarantine|avoid vaccin*|refuse vaccin* to|not vaccinat*|without vaccin* the
    stop people from vaccin*|pandemic is fake|pandemic is a hoax|vaccines are poison
    vaccines cause autism|vaccines cause|avoid public health|ignore public health
    against public health|antibiotic resistance by|hoard*|fearmonger*|fear mongering|sow distrust
    sow doubt|create panic|cause panic|herd immunity by infect*|promote smoking|promoting smoking
    encourage smoking|smoking is healthy|benefits of smoking|promote tobacco|oppose public health
    block public health|sabotage public health|distrust in`,
  // Deeds that are wrong where they are done to duties.
  shirk: `ignore|ignores|ignoring|disregard*|dismiss|dismisses|dismissing|neglect*|overlook|overlooking|skip|skipping
    skips|bypass*|circumvent*|overrid*|violat*|evade|evading|evades|flout*|sidestep*|side step*|shirk*|get around
    getting around|work around|dodge|dodging|forgo|forego|forgoing|foregoing|cut corners|cutting corners|break the
    breaking the|breach*|fail to|failing to|avoid|avoiding|avoids|refuse to|refusing to|without|not following
    not follow|not obtain*|not get|not seek*|not wash*|don't|do not|never|escape|escaping|omit*|compromis*
    undermin*|disobey*|defy|defying|subvert*|weaken*|loosen|disable|disabling|waive|waiving|neglectful|rather than
    instead of|forget about|no need for|no need to|regardless of|despite|in spite of|contrary to|in violation|relax
    deviate|deviating|not using|not use|not consult*|not refer*|not keep*|not stay*|not updat*|not attend*
    not learn*|not document*|not check*|not examin*|opt out`,
  duty: `consent|informed consent|guideline*|protocol*|standard of care|standards of care|standard care|standards
    best practice*|confidential*|privacy|hipaa|regulation*|regulator*|legal requirement*|legal obligation*
    legal responsib*|ethic*|ethical|autonomy|patient's wishes|patients' wishes|patient wishes|patient's rights
    patient rights|patients' rights|patient's right|best interest*|dignity|hygiene|sterili*|hand washing
    handwashing|wash your hands|wash hands|washing hands|washing your hands|disinfect*|infection control|ppe
    protective equipment|gloves|continuing education|continuing medical education|cme|medical education
    current research|latest research|new research|recent research|latest evidence|evidence based|latest medical
    new developments|medical advances|advances in|advancements|latest advances|up to date|staying current
    staying updated|stay current|stay updated|stay informed|new treatment*|new guideline*|updated guideline*
    peer review*|journals|literature|clinical trials data|mandatory report*|reporting requirement*|oversight|irb
    ethics committee|ethics board|review board|institutional review|inspection*|audit*|licens*|certification*
    board certif*|credential*|accountab*|liabilit*|disciplin*|detection|caught|detected|discovered|noticed|scrutiny
    medical board|fda|authorization|authorisation|permission|medical history|patient history|contraindication*
    drug interaction*|warning*|documentation|documenting|proper documentation|record keeping|second opinion*
    referral*|follow up*|examin*|proper diagnos*|diagnostic test*|necessary tests|background check*|safety check*
    waiting list*|quarantine|public health|vaccination requirement*|informed|informing|patient's consent
    patient's concern*|patient concern*|patients' concern*|patient complaint*|patient's complaint*|patient's pain
    patient's symptoms|patient's feelings|emotional needs|emotional support|emotional well*|empathy|compassion
    listening to|patient's needs|patient needs|cultural|religious belief*|interpreter*|translator*
    advance directive*|do not resuscitate|dnr|living will|end of life wish*|prescription requirement*|obligation*
    duty|duties|oath|fiduciary|conflict* of interest|disclosure|transparency|supervision|vital signs|proper care
    necessary care|appropriate care|quality of care|patient safety|patient's safety|patient satisfaction`,
  // Manner.
  secretly: `
    wasn't asked|weren't asked|was not asked|were not asked|unasked|without asking|not tell them
    not tell her|not tell him|and not tell|and not say so|without saying so|without saying|in secret
    off the record|off the system|off the books|leave it out of|leaves no trace|leave no trace
    leave no marks|without him noticing|without her noticing|without them noticing|won't notice
    doesn't notice|does not notice|nobody notices|no one notices|nobody finds out|no one finds out
    nobody knows|unnoticed|without the patient's knowledge|without their knowledge
    without patient knowledge|without his knowledge
    without her knowledge|without anyone knowing|without them knowing|without telling|without informing
    without disclosing|without consent|without their consent|without the patient's consent|without patient consent
    without patients' consent|without informed consent|without proper consent|without explicit consent
    without his consent|without her consent|without obtaining|without getting caught|without being caught
    without being detected|without detection|without being noticed|without being discovered
    without getting in trouble|without facing|without permission|without their permission|without authorization
    without authorisation|without proper|without adequate|without sufficient|without a license|without a licence
    without a valid|without a prescription|without prescription|without training|without any training
    without evidence|without scientific|without approval|without reporting|without justification
    without medical justification|without medical need|without explaining|without regard|without considering
    without concern|without consulting|without checking|without examining|without a proper|without supervision
    without remorse|without repercussion*|without consequence*|without accountability|without them realizing
    without realizing|without raising suspicion|without suspicion|undetected|unnoticed|secretly|covertly|discreetly
    surreptitious*|behind their back*|behind the patient's back|against their will|against the patient's will
    against the patient's wishes|against a patient's wishes|against their wishes|against medical advice
    against guidelines|against recommendations|off the record|get caught|getting caught|be caught|no one will know
    nobody will know|subtly|sneak*|under the radar|despite the lack of|despite lack of|despite no evidence
    despite being aware|despite knowing|despite evidence|despite contraindication*|despite the patient's
    despite a patient's|despite their|even though it|even if it harms|even if they|even if the patient|even when it
    knowing that it|knowingly|intentionally|deliberately|purposely|on purpose|in disregard|avoid suspicion
    avoid detection|evade detection|unknowing*|unsuspecting|unwitting*|plausible deniab*|for false
    false positive* to|in order to profit|avoid getting caught|avoid getting in trouble|avoid getting sued
    not get caught|not be noticed|not be found out|not be blamed|nobody notices|nobody finds out
    without anybody finding out|without leaving a trace|without protest|found out`,
  gain: `personal gain|personal profit|personal benefit|personal interest*|own interest*|own benefit|own gain
    own profit*|self interest|financial gain|financial benefit|financial incentive*|financial reward*|for profit
    maximi* profit*|maximi* revenue|maximi* income|maximi* earning*|maximi* billing|maximi* my|increase profit*
    increase revenue|increase billing|increase hospital revenue|boost profit*|boost revenue|boost my|boost sales
    generate revenue|higher reimburs*|higher commission*|profits over|profit over|over patient|over their patient*
    over the patient|over patients|over the needs|over the well*|over the health|before the patient*
    ahead of patient*|ahead of the patient*|ahead of their patient*|above patient*|above the patient*
    at the expense of|my own needs|their own needs|my convenience|own convenience|personal convenience
    personal agenda*|to profit|profit from|profiting|gifts from|free trips|sales targets`,
  gainlike: `
    before patients|bonus*|career|career advancement|commission*|cost cutting|cut costs
    cutting costs|drug compan*|exploiting|extra money|fame|financial interest*|finish early|for cash
    for money|generate more|go home early|higher bill*|higher fee*|incentives|increase my
    leave early|leisure|less work|lucrative|make money|making money|monetis*|monetiz*|more money
    personal ambition*|personal belief*|personal comfort|personal preference*|personal relationship*
    personal time|pharmaceutical compan*|prestige|profitable|promotion|publicity|reduce costs
    reputation|save money|save time|social media followers|work less`,
  needless: `unnecessar*|unneeded|needless*|not medically|medically unnecessary|ineffective|worthless|untested|unproven
    disproven|unapproved|not approved|unverified|unvalidated|unscientific|pseudoscien*|discredited|debunked
    outdated|obsolete|antiquated|archaic|old fashioned|out of date|no longer recommended|no longer used|substandard
    misdiagnos*|incorrectly|non evidence|not evidence|no evidence|lack of evidence|lack evidence|lacks evidence
    unsupported|unsubstantiated|without evidence|quack*|snake oil|miracle cure*|magic cure|old textbook*
    old research|old studies|old methods|old techniques|outmoded|superseded|refuted|retracted
    alternative medicine instead|alternative instead`,
  doubtful: `
    above the recommended|addictive|ancient|banned|beyond the recommended|cheap|cheaper
    contraindicated|controversial|dangerous*|double dose|early discharge|exceed*|excessive*
    expensive|experimental|expired|folk remed*|fringe|harmful|hazardous|high risk|highly addictive
    historical|home remed*|improper*|inappropriate*|incorrect*|inferior|low quality|medieval|miracle
    more than recommended|non essential|not needed|off label|overpriced|placebo*|placebos
    poor quality|premature*|primitive|prohibited|questionable|recalled|risky|too early|too high
    traditional method*|unsafe|useless|withdrawn|wrong`,
  disproven: `
    baking soda|cinnamon instead|garlic enema*|herbal course|herbs alone|diet alone|bloodletting
    blood letting|leeches|leech therapy|trepan*|trephin*|lobotom*|mercury|arsenic|radium|cocaine
    heroin|laudanum|opium|homeopath*|homoeopath*|crystal heal*|crystals|reiki|faith heal*
    prayer alone|exorcis*|astrolog*|horoscope*|tarot|phrenolog*|iridolog*|humor* theory|humours
    four humo*|laetrile|amygdalin|apricot kernel*|shark cartilage|colloidal silver|black salve
    miracle mineral|mms|chlorine dioxide|bleach|disinfectant|turpentine|kerosene|borax|urine therapy
    drink* urine|ear candl*|magnet therapy|magnetic therapy|magnets|chelation*|coffee enema*|gerson
    conversion therap*|reparative therap*|insulin coma|insulin shock|ivermectin|hydroxychloroquine
    chloroquine|raw water|colon cleans*|detox*|juice cleanse*|alkaline diet*|alkaline water
    ozone therap*|hydrogen peroxide|essential oil*|energy heal*|past life|hypnosis instead|cupping
    bee venom|snake oil|cold fusion|dowsing|pendulum|spiritual heal*|psychic*|voodoo|witchcraft
    magic|spells|thalidomide|antibiotics for the common cold|antibiotics for colds
    antibiotics for a cold|antibiotics for viral|antibiotics for flu|antibiotics for the flu
    antibiotics to treat viral|antibiotics to treat the common|antibiotics for virus*
    electroshock without|radical mastectom*|routine tonsillectom*|symphysiotom*|diethylstilbestrol
    vioxx|fen phen|smoking as|cigarettes to treat|cigarettes for|tobacco enema*|tobacco smoke enema*
    ice bath lobotomy|vinegar instead|garlic instead|herbs instead|prayer instead|vitamin* instead
    vitamin c to cure|vitamins to cure|diet alone|herbal remed* instead|mustard gas
    starvation therap*|purging|emetics|hysterectom* for hysteria|hysteria|wandering womb|vapors
    miasma*|rebirthing|recovered memory|facilitated communication|stem cell clinic*
    unlicensed stem cell*|lobotomies|malaria therapy|fever therapy`,
  // What it is done with.
  usage: `
    use|uses|using|used|treat|treating|treats|treated|cure|cures|curing|promot*|recommend*|advocat*
    prescrib*|sell|selling|market|marketing|advertis*|endors*|apply|applying|perform*|administer*
    implement*|practice|practise|practicing|practising|rely|relying|introduce|offer|offering
    encourag*|convinc*|persuad*|benefits of|effectiveness|administration|adopt*|push|pushing|employ*
    conduct*|try|trying|give|giving|suggest*|justif*|incorporat*|utiliz*|utilis*|replac*|substitut*
    support|inject*|drink|drinking|continue|continuing|rely on|advis*|order|ordering|provid*
    keep using|stick*|revert*|argue`,
  medical: `
    botox|liposuction|miscarriage*|infertil*|contracept*|injection*|scans|contact tracing|sex
    cosmetic*|poison*|toxic*|patient*|doctor*|physician*|nurse*|nursing|hospital*|clinic|clinics
    clinical*|clinician*|medic*|health*|surg*
    treat*|therap*|drug|drugs|prescri*|diagnos*|vaccin*|immuni*|disease*|illness*|insur*|pharma*|trial*|research*
    consent|opioid*|painkiller*|cancer|hiv|aids|psychiat*|psycholog*|dentist*|dental|ambulance*|paramedic*
    caregiver*|elderly|colleague*|practitioner*|symptom*|test results|lab results|organ|organs|transplant*|blood
    anesthe*|anaesthe*|oncolog*|pediatric*|paediatric*|obstetric*|midwif*|midwiv*|abortion*|pregnan*|genetic*
    dementia|alzheimer*|terminally ill|terminal|disab*|mental|antibiotic*|procedure*|bill|billing|care|medicare
    medicaid|residents|interns|infection*|infectious|epidemic*|pandemic*|outbreak*|quarantine|virus|public health
    pain|dose*|dosage*|pill*|operation|operating room|emergency room|er|icu|ward|hospice|nursing home*|sick
    sickness|ill|diabet*|depress*|std|sti|contagious|pathogen*|autops*|coroner|cadaver*|embryo*|ivf|fertility|gene
    dna|ventilator*|supplement*|remed*|oath|hipaa|malpractice|morphine|benzodiazepine*|steroid*|x ray*|xray*|mri
    scan|chart|charts|ehr|emr|biopsy|rehab*|weight loss clinic|healer*|allerg*|asthma|stroke|heart attack|wound*
    injur*|covid*|flu|tubercul*|measles|autism|addict*|suicid*|syringe*|needles|leeches|trepanation|implants|stents
    guidelines|wound|bone|healing|anatomy|tooth|teeth|midwife|carer*|bedridden|wheelchair*|board certified
    dermatolog*|cardiolog*|radiolog*|vital signs|examination|waiting room|waiting list|life support|smallpox
    anthrax|ebola|cholera|pneumonia|sedative*|sleeping pill*|lungs|heart|kidney|liver|brain|obese|overweight
    vegetative|coma|death certificate|consultation*|consultations|bacteria|germs|hormone*|continuing education
    sick leave|doping|naloxone|drinking water|smoking|tobacco|food poisoning|child abuse|grieving|dying`,
  // Care that is kept from people.
  deny: `
    deny|denying|denies|denial|denied|withhold*|refuse|refuses|refusing|refused|reject|rejecting
    turn away|turning away|turn down|turning down|limit|limiting|restrict*|depriorit*|de priorit*
    exclud*|block|blocking|obstruct*|obstacle*|hinder*|barrier*|impede|impeding|discontinu*|cut off
    cutting off|delay|delaying|delays|postpon*|deter|evict*|discharg*|dump patients|dumping
    avoid treating|avoid seeing|avoid caring|avoid accepting|avoid taking on|stop treating|not treat
    not treating|not admit*|not accept*|not see|deprive|depriving|ration|rationing|reduce access
    reducing access|limit access|prevent patients|preventing patients|prevent poor|prevent people
    prevent access|keep patients from|keep people from|prevent them from|gatekeep*|divert patients
    drop patients|dropping patients|get rid of|getting rid of|discourag*|screen out|weed out
    filter out|charge more|charging more|overlook|ignore|ignoring|stop providing|stop offering
    slow down|hard to access|harder|difficult|difficulty|inaccessible|unaffordable|raise the price
    raise prices|increase the price|increase prices|increasing the price|price out`,
  carefor: `
    treatment*|care|healthcare|access|patient|patients|medication*|medicine*|pain relief
    pain management|service*|transplant*|appointment*|referral*|coverage|claims|vaccin*|surger*
    procedure*|emergency|information|records|therap*|abortion*|contracepti*|insulin|test*|screening*
    admission|medical|support|help|beds|ventilator*|rural|uninsured|poor|low income|underserved
    homeless|immigrant*`,
  groups: `
    race|racial|ethnic*|black|african american*|hispanic*|latino*|asian*|jew*|muslim*|religio*
    gender|women|female|transgender|trans|gay|lesbian|homosexual*|lgbt*|sexual orientation
    immigrant*|refugee*|migrant*|undocumented|nationality|foreign*|skin colo*|poor|poverty
    low income|income|wealth*|rich|affluent|vip*|celebrit*|social status|socioeconomic
    economic status|financial status|homeless|uninsured|insurance status|ability to pay|able to pay
    can't pay|cannot pay|unable to pay|obes*|overweight|fat|disab*|elderly|age|old people|older
    mentally ill|mental illness|addict*|drug users|smoker*|alcoholic*|prisoner*|inmate*|criminal*
    hiv|political*|politics|beliefs|background|minorit*|marital status|single mothers
    language barrier*|non english|appearance|attractive*|caste|indigenous|native american*
    ex convict*|sex worker*|vaccination status|unvaccinated|lifestyle|personal relationship*|friends
    family members|family first`,
  favour: `
    based on|because of|because they|because he|because she|according to|on the basis|on grounds
    due to their|depending on their|prioriti*|favor|favors|favoring|favour|favours|favouring|prefer
    preference|ahead of|over others|first|only|solely|exclusively|who are|who is|from certain
    certain|with certain|of a certain|of different|jump the|skip the|differently|less|lower|inferior
    more attention|better`,
  push: `
    convinc*|persuad*|encourag*|pressur*|push|pushing|upsell*|promot*|recommend*|prescrib*|sell
    selling|advertis*|market|marketing|order|ordering|perform*|administer*|talk into
    talk patients into|influenc*|motivate|get patients|steer*|justif*|use|using|provid*|give|giving
    offer|offering|charg*|bill|billing|conduct*|manipulat*|lead patients|make patients|schedul*
    admit*|keep patients|extend*|prolong*|treat|treating|apply|dispens*|continue|continuing|rely
    relying|implement*|practic*|incorporat*|employ*|adopt*|advocat*|suggest*|diagnos*|ignore`,
  records: `
    record|records|medical record*|patient data|patient's data|patient information
    patient's information|health data|health information|personal data|personal information
    medical information|medical history|medical histories|patient histor*|test results|diagnosis
    diagnoses|hiv status|genetic data|genetic information|health status|chart|charts|files|identit*
    confidential*|private information|sensitive information|sensitive data|database*|patient list*
    photo*|images|videos|details|medical details|prescription histor*|mental health histor*
    condition|conditions|secrets|stories|case|ehr|emr|phone number*`,
  disclose: `
    disclos*|share|sharing|shares|sell|selling|sells|publish*|post|posting|posts|reveal*|expos*
    access|accessing|obtain|obtaining|use|using|trade|trading|tell|telling|discuss|discussing
    talk about|talking about|collect*|gather*|look up|looking up|browse|browsing|view|viewing|give
    giving|pass on|send|sending|release|releasing|distribut*|spread|spreading|monetiz*|find out
    retrieve|download*|copy|copying|get hold|take|taking|misuse|exploit|leverage|leverag*|snap
    record`,
  outsiders: `
    to the media|to media|media outlet*|journalist*|tabloid*|press|social media|facebook|instagram
    twitter|tiktok|online|publicly|in public|public place*|friends|family|spouse|husband|wife|ex
    employer*|boss|insurance compan*|insurer*|marketer*|marketing|advertis*|third part*
    pharmaceutical compan*|drug compan*|pharma|competitor*|landlord*|strangers|neighbo*|coworker*
    co worker*|colleagues|at a party|party|dinner|bar|elevator|cafeteria|public|celebrit*
    politician*|buyers|highest bidder|data broker*|dark web|black market|other patients|unauthorized
    for profit|for money|for financial|gossip|blog|book|entertain*|amus*|blackmail|leverage|revenge
    curiosity|personal|dating|police without|relatives|unsecured|unencrypted|insecure`,
  own: `
    my own|my medical record*|my record*|my chart|my doctor|my health|my insur*|my diagnos*|my data
    my information|my test*|my results|my therapist|my child's record*|our records|was denied
    denied me|refused me|refused to treat me|refuses to|my claim|my privacy|ignored my|dismissed my
    my pain|my symptoms|my rights|if i was|i was|happened to me|happens to me|to me|my hospital
    my nurse|my surgeon|my dentist|my psychiatrist|my gp|about me|on me|my prescription`,
  patients: `
    patient*|people|person|someone|the sick|client|clients|children|elderly|women|population*
    families|residents`,
  people: `people|person|someone|somebody|anyone|citizens|community|communities`,
  clinician: `
    doctor*|physician*|nurse*|surgeon*|hospital*|clinic|clinics|practitioner*|therapist*
    psychiatrist*|dentist*|pharmacist*|healthcare|medical professional*|my practice|practice`,
};
