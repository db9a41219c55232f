/** What is said to people, in their language: why not, and who can help. */

import type { Language } from "../language/types.ts";
import type { RefusalKind } from "./types.ts";

type Words = Readonly<Record<Language, string>>;

/** Why a request of each kind is refused, and who can help. */
export const WHY: Readonly<Record<RefusalKind, Words>> = {
  dose: {
    en: "How much of a medicine is right for you, and whether to change or stop it, depends on things that only a doctor or pharmacist can check, so please ask them or read the leaflet; if too much was taken, call your local poison centre or emergency number now.",
    it: "Quanto farmaco sia giusto per lei, e se cambiarlo o sospenderlo, dipende da cose che solo un medico o un farmacista può verificare: chieda a loro o legga il foglietto illustrativo; se ne è stato preso troppo, chiami subito il centro antiveleni o il numero di emergenza.",
  },
  "extreme-diet": {
    en: "Eating that little, or losing weight that fast, can do serious harm, so I will not help to plan it; a doctor or dietitian can help you towards a safe pace, and if food or weight weigh on your mind, they will listen to that too.",
    it: "Mangiare così poco, o dimagrire così in fretta, può fare gravi danni, quindi non aiuto a pianificarlo; un medico o un dietista può aiutarla a un ritmo sicuro, e se il cibo o il peso la preoccupano, ascolterà anche questo.",
  },
  "raw-lab": {
    en: "What a laboratory value means depends on the whole person and the laboratory's own ranges, so I do not interpret results; the doctor who ordered the test, or your family doctor, can go through them with you.",
    it: "Il significato di un valore di laboratorio dipende da tutta la persona e dagli intervalli del laboratorio, quindi non interpreto referti; il medico che ha chiesto l'esame, o il medico di famiglia, può guardarli con lei.",
  },
  "harmful-treatment": {
    en: "This could expose somebody to treatment that harms or does not help, so I will not help with it; current clinical guidelines, a specialist or an ethics committee are the people to ask.",
    it: "Questo potrebbe esporre qualcuno a cure che fanno male o non servono, quindi non aiuto a farlo; ci si può rivolgere alle linee guida aggiornate, a uno specialista o a un comitato etico.",
  },
  deception: {
    en: "This would deceive people who rely on the truth about care, so I will not help with it; a supervisor, an ethics committee or a lawyer can help to put things right openly.",
    it: "Questo ingannerebbe persone che contano sulla verità in materia di cure, quindi non aiuto a farlo; un responsabile, un comitato etico o un avvocato può aiutare a sistemare le cose apertamente.",
  },
  privacy: {
    en: "This would use or reveal somebody's private information without their agreement, so I will not help with it; a data protection officer can say what is allowed.",
    it: "Questo userebbe o rivelerebbe informazioni private di qualcuno senza il suo accordo, quindi non aiuto a farlo; il responsabile della protezione dei dati può dire che cosa è permesso.",
  },
  discrimination: {
    en: "This would keep people from fair care because of who they are or what they can pay, so I will not help with it; an ethics committee or a patients' advocate can help to find a fair way.",
    it: "Questo negherebbe cure eque a persone per ciò che sono o per quanto possono pagare, quindi non aiuto a farlo; un comitato etico o un difensore dei pazienti può aiutare a trovare una via giusta.",
  },
  fraud: {
    en: "This would put money or advantage above what is lawful and good for the people concerned, so I will not help with it; a compliance officer or a lawyer can say what is allowed.",
    it: "Questo metterebbe denaro o vantaggi sopra la legge e il bene delle persone coinvolte, quindi non aiuto a farlo; un responsabile della conformità o un avvocato può dire che cosa è permesso.",
  },
  neglect: {
    en: "This would leave somebody without the care or respect that is owed to them, so I will not help with it; a senior colleague, or the profession's guidance, can help where the work is too much.",
    it: "Questo lascerebbe qualcuno senza le cure o il rispetto che gli sono dovuti, quindi non aiuto a farlo; un collega esperto, o le regole della professione, possono aiutare quando il lavoro è troppo.",
  },
  "self-harm": {
    en: "I will not help with ways to be hurt, but I am glad you wrote: please tell somebody you trust right now, or call your local emergency number or a crisis line, where a person will listen.",
    it: "Non aiuto a farsi del male, ma è importante che lei abbia scritto: lo dica subito a una persona di fiducia, o chiami il numero di emergenza o una linea di ascolto, dove una persona risponderà.",
  },
  violence: {
    en: "This could hurt people, so I will not help with it; if somebody is in danger, please call your local emergency number, and a counsellor can help with anger or fear.",
    it: "Questo potrebbe ferire delle persone, quindi non aiuto a farlo; se qualcuno è in pericolo chiami il numero di emergenza, e uno psicologo può aiutare con la rabbia o la paura.",
  },
  financial: {
    en: "Nobody can know how an investment will turn out, and what suits you depends on your whole situation, so I do not tell people where to put their money; an independent, licensed financial adviser can help.",
    it: "Nessuno può sapere come andrà un investimento, e che cosa le conviene dipende da tutta la sua situazione, quindi non dico dove mettere il denaro; può aiutare un consulente finanziario indipendente e abilitato.",
  },
  "other-harm": {
    en: "This could harm others or break the law, so I will not help with it; a lawyer, the authority in charge or the police can say what is right to do.",
    it: "Questo potrebbe danneggiare altri o violare la legge, quindi non aiuto a farlo; un avvocato, l'autorità competente o la polizia può dire che cosa è giusto fare.",
  },
};

/** Said of a text that is too long to be looked at. */
export const TOO_LONG: Words = {
  en: "This is too long to be checked, so it is not passed on; please ask in fewer words.",
  it: "Il testo è troppo lungo per essere verificato, quindi non viene inoltrato; lo chieda con meno parole.",
};

/** Said where an answer calmed somebody who told of a sign of danger. */
export const RED_FLAG: Words = {
  en: "What you describe can be a sign of something urgent, and nobody can rule that out from here: please call your local emergency number now, or have somebody take you to an emergency department.",
  it: "Ciò che descrive può essere segno di qualcosa di urgente, e nessuno può escluderlo da qui: chiami subito il numero di emergenza, o si faccia accompagnare al pronto soccorso.",
};

/** Added where an answer stated a diagnosis. */
export const NO_DIAGNOSIS: Words = {
  en: "This is not a diagnosis: only a doctor who examines you can make one.",
  it: "Questa non è una diagnosi: solo un medico che la visita può farla.",
};

/** Added where an answer asked for health data. */
export const NO_DATA: Words = {
  en: "You need not share health data here; a doctor or pharmacist can look at it with you.",
  it: "Non occorre condividere qui dati sulla salute; un medico o un farmacista può guardarli con lei.",
};
