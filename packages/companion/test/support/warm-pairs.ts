/** Queries and answers of many kinds, all of which are put together. */

/** What people write, calm and not. */
export const QUERIES = {
  en: [
    "How does this work in practice?",
    "I am so worried about it, what should I do now?",
    "I feel ashamed and exhausted, can you help me?",
    "This is the third time I write, it is unacceptable.",
    "I'm furious!",
    "My mother died last week, what happens with the contract?",
    "My son has a fever since yesterday, what can I give?",
    "Thanks! And one more thing, please: where is that?",
    "I am relieved. Is there anything else to do?",
    "urgent!! I need it right now",
    "ok",
  ],
  it: [
    "Come funziona in pratica questa cosa?",
    "Sono molto preoccupata, che cosa devo fare adesso?",
    "Ho paura e non so che cosa fare",
    "È la terza volta che vi scrivo, è inaccettabile.",
    "Sono furioso!",
    "Mia madre è morta la settimana scorsa, che cosa succede con il contratto?",
    "Ciao, mio figlio ha la febbre, mi dici che cosa posso fare?",
    "Grazie! E ancora una cosa: dove si trova?",
    "Siamo preoccupati per la visita di domani",
    "Ci sentiamo soli da quando viviamo qui",
    "È urgente, mi serve subito",
    "ok",
  ],
} as const;

/** What a model answers without care. */
export const ANSWERS = {
  en: [
    "Take 500 mg every 6 hours, and never more than 8 tablets in 24 hours.",
    "Do not drive for 24 hours. If the fever lasts longer than 3 days, contact your doctor.",
    "The invoice of 1,250.50 euros is due on 14 March 2025. Pay it by bank transfer.",
    "Unfortunately your application for 12,000 euros was rejected. You may apply again after 6 months.",
    "1. Unplug the router.\n2. Wait 30 seconds.\n3. Plug it in again.",
    "You must not take it with alcohol. You may take it with food. Keep it below 25 °C.",
    "Most people recover within 2 weeks. Some need treatment. Ask the pharmacist about side effects such as nausea, headache, or a dry mouth. The leaflet has more. Store it in a dry place.",
    "No, version 4.2 does not run on Windows 8, unless you install the update first.",
  ],
  it: [
    "Prenda 500 mg ogni 6 ore, e mai più di 8 compresse in 24 ore.",
    "Non deve guidare per 24 ore. Se la febbre dura più di 3 giorni, contatti il medico.",
    "La fattura di 1.250,50 euro scade il 14 marzo 2025. Paghi la somma con bonifico.",
    "Purtroppo la richiesta di 12.000 euro è stata respinta. Può riprovare dopo 6 mesi.",
    "1. Scolleghi il router.\n2. Attenda 30 secondi.\n3. Lo ricolleghi.",
    "Non lo prenda con alcol. Può prenderlo con il cibo. Conservi la scatola sotto i 25 °C.",
    "La maggior parte delle persone guarisce in 2 settimane. Alcune hanno bisogno di una terapia. Chieda al farmacista degli effetti indesiderati, come nausea e mal di testa. Il foglio dice di più.",
    "No, la versione 4.2 non funziona con Windows 8, a meno che installi prima l'aggiornamento.",
  ],
} as const;
