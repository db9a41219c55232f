/** Answers of our own about everyday, medical, financial and technical things, so that something is measured without data. */

const ENGLISH = `
Take one tablet of 500 mg every 6 hours, and never more than 4 tablets in 24 hours.
If the fever lasts longer than 3 days, contact your doctor.
Do not take this medicine with alcohol.
The usual dose is 20 mg in the morning and 10 mg in the evening.
Children under 12 years should not use this spray unless a doctor has recommended it.
Drink at least 8 glasses of water before the examination on 14 March 2025.
High blood pressure increases the risk of stroke.
The vaccine is given in two doses, 28 days apart.
Apply the cream twice a day for 7 days, but not on broken skin.
Side effects include nausea, headache, dizziness, and a dry mouth.
Your kidneys remove waste from the blood and help control blood pressure.
A temperature above 38.5 °C may need treatment.
Most people recover within 2 weeks without treatment.
Ask Dr. Miller before you stop the tablets, because Dr. Olsen changed the dose last week.
Low blood sugar can cause shaking, sweating, hunger, and confusion.
You must not drive for 24 hours after the operation.
Wash the wound with clean water, cover it with a bandage, and change the bandage daily.
The test is safe, painless, and takes about 15 minutes.
Insulin should be stored in a refrigerator between 2 and 8 degrees.
Regular exercise lowers cholesterol and strengthens the heart.
The interest rate rises from 2.5% to 3.1% on 1 July 2026.
Your application for a loan of 12,000 euros was approved.
You can cancel the contract within 14 days if you have not used the service.
Transfers before 3 pm arrive on the same day; later transfers arrive on the next working day.
The annual fee is 48 dollars and is charged in January.
We cannot refund the ticket, but you may change the date once.
If you sell the shares before December 2027, you have to pay tax on the profit.
The account has no monthly fee as long as at least 700 euros arrive every month.
Your card was blocked after three wrong attempts.
Deposits up to 100,000 euros are protected by law.
Pay the invoice by Friday to avoid a fee of 5 euros.
A fixed rate protects you from higher payments, whereas a variable rate may fall.
Keep the receipt, the warranty card, and the original box for 2 years.
Maria sends the form to Thomas, and Thomas signs it.
The insurance covers theft, fire, water damage, and storms, except floods.
Press and hold the power button for 10 seconds.
Unplug the router, wait 30 seconds, and plug it in again.
Never open the case while the device is connected to the mains.
Save your work before you install the update.
The battery lasts about 9 hours and charges in 45 minutes.
Click Settings, then Network, and turn off the proxy.
If the light is red, restart the printer; if it is green, print a test page.
The file must be smaller than 25 MB and may not contain macros.
Your password has to contain at least 12 characters.
The update removes all settings unless you export them first.
Connect the red cable to the left terminal and the black cable to the right terminal.
Backups are made every night at 02:30 and kept for 90 days.
The device works offline, but maps can only be downloaded with Wi-Fi.
Version 4.2 supports Windows 11 and no longer supports Windows 8.
Charge the battery fully before the first use.
The train to Bologna leaves at 17:45 from platform 6 on Tuesday.
The museum is open from 10 am to 6 pm and closed on Mondays.
Bake the bread at 220 degrees for 35 minutes, then let it cool.
The parcel weighs 3 kg and should arrive between 4 and 6 May.
Dogs are allowed in the garden but not in the house.
The course starts in September and ends in November.
It usually rains more in winter than in summer.
You need a visa if you stay longer than 90 days.
The library lends five books for three weeks.
The path is steep, narrow, and slippery after rain.
The first meeting is always free, and the second costs 60 dollars.
Only members who have paid may vote.
`;

const ITALIAN = `
Prenda una compressa da 500 mg ogni 6 ore e mai più di 4 compresse in 24 ore.
Se la febbre dura più di 3 giorni, contatti il medico.
Non prenda questo farmaco con alcol.
La dose abituale è di 20 mg la mattina e 10 mg la sera.
I bambini sotto i 12 anni non devono usare lo spray, a meno che il medico lo abbia consigliato.
Beva almeno 8 bicchieri di acqua prima dell'esame del 14 marzo 2025.
La pressione alta aumenta il rischio di ictus.
Il vaccino si somministra in due dosi, a 28 giorni di distanza.
Applichi la crema due volte al giorno per 7 giorni, ma non sulla pelle ferita.
Gli effetti indesiderati comprendono nausea, mal di testa, vertigini e bocca secca.
I reni eliminano le scorie dal sangue e regolano la pressione.
Una temperatura sopra i 38,5 °C può richiedere una terapia.
La maggior parte delle persone guarisce in 2 settimane senza cure.
Parli con il medico prima di smettere la terapia.
Il livello basso di zucchero può causare tremori, sudore, fame e confusione.
Non deve guidare per 24 ore dopo l'intervento.
Lavi la ferita con acqua pulita, la copra con una garza e cambi la garza ogni giorno.
L'esame è sicuro, indolore e dura circa 15 minuti.
L'insulina va conservata in frigorifero tra 2 e 8 gradi.
L'attività fisica regolare riduce il colesterolo e rafforza il cuore.
Il tasso sale dal 2,5% al 3,1% il 1 luglio 2026.
La richiesta di un prestito di 12.000 euro è stata approvata.
Può recedere dal contratto entro 14 giorni se non ha usato il servizio.
I bonifici prima delle 15:00 arrivano lo stesso giorno; quelli successivi arrivano il giorno dopo.
Il canone annuo è di 48 euro e viene addebitato in gennaio.
Non possiamo rimborsare il biglietto, ma può cambiare la data una volta.
Se vende le azioni prima di dicembre 2027, deve pagare le tasse sul guadagno.
Il conto non ha spese mensili se arrivano almeno 700 euro ogni mese.
La carta è stata bloccata dopo tre tentativi sbagliati.
I depositi fino a 100.000 euro sono protetti dalla legge.
Paghi la fattura entro venerdì per evitare una spesa di 5 euro.
Un tasso fisso protegge da rate più alte, mentre un tasso variabile può scendere.
Conservi lo scontrino, la garanzia e la scatola per 2 anni.
Il modulo va inviato da Maria a Tommaso, e Tommaso lo firma.
La polizza copre furto, incendio, danni da acqua e tempeste, tranne le alluvioni.
Tenga premuto il pulsante per 10 secondi.
Scolleghi il router, attenda 30 secondi e lo ricolleghi.
Non apra mai il dispositivo quando è collegato alla corrente.
Salvi il lavoro prima di installare l'aggiornamento.
La batteria dura circa 9 ore e si carica in 45 minuti.
Apra le impostazioni, poi la rete, e spenga il proxy.
Se la spia è rossa, riavvii la stampante.
Il file deve essere inferiore a 25 MB e non può contenere macro.
La password deve contenere almeno 12 caratteri.
L'aggiornamento cancella tutte le impostazioni, a meno che siano state esportate.
Colleghi il cavo rosso a sinistra e il cavo nero a destra.
Le copie vengono fatte ogni notte alle 02:30 e conservate per 90 giorni.
Il dispositivo funziona senza rete, ma le mappe si scaricano solo con il Wi-Fi.
La versione 4.2 funziona con Windows 11 e non funziona con Windows 8.
Carichi completamente la batteria prima del primo uso.
Il treno per Bologna parte alle 17:45 dal binario 6 di martedì.
Il museo è aperto dalle 10:00 alle 18:00 e chiuso il lunedì.
Cuocia il pane a 220 gradi per 35 minuti, poi lo lasci raffreddare.
Il pacco pesa 3 kg e dovrebbe arrivare tra il 4 e il 6 maggio.
I cani sono ammessi in giardino ma non in casa.
Il corso inizia in settembre e finisce in novembre.
Di solito piove di più in inverno che in estate.
Serve un visto se resta più di 90 giorni.
La biblioteca presta cinque libri per tre settimane.
Il sentiero è ripido, stretto e scivoloso dopo la pioggia.
Il primo incontro è sempre gratuito, il secondo costa 60 euro.
È obbligatorio indossare il casco, ed è vietato fumare.
`;

/** Steps and lists; an empty line between answers. */
const ENGLISH_LISTS = `
Reset the router in this order:
1. Unplug the power cable.
2. Wait 30 seconds.
3. Plug the cable in again.
4. Press the button until the light is green.

To return the shoes:
1. Print the label.
2. Pack the shoes in the original box.
3. Bring the parcel to a shop by 14 May.

You need these papers:
- your passport
- a bank statement of the last 3 months
- the signed contract

Before the operation:
- do not eat for 6 hours
- drink only water
- stop the blood thinner 5 days earlier

Wash the wound in three steps:
1. Clean your hands.
2. Rinse the wound with cold water.
3. Cover it with a sterile bandage.

See a doctor if you notice one of these:
- a fever above 39 °C
- blood in the stool
- pain that lasts more than 2 days

The fee consists of:
* 12 euros for the account
* 3 euros for the card
* 0.5 % of each transfer abroad

Install the program like this:
1. Download version 4.2.
2. Close all other windows.
3. Open the file and enter the code 4711.
`;

const ITALIAN_LISTS = `
Riavvii il router in questo ordine:
1. Scolleghi il cavo.
2. Attenda 30 secondi.
3. Ricolleghi il cavo.
4. Prema il pulsante finché la spia è verde.

Per restituire le scarpe:
1. Stampi l'etichetta.
2. Metta le scarpe nella scatola originale.
3. Porti il pacco in un negozio entro il 14 maggio.

Servono questi documenti:
- il passaporto
- un estratto conto degli ultimi 3 mesi
- il contratto firmato

Prima dell'intervento:
- non mangi per 6 ore
- beva solo acqua
- sospenda l'anticoagulante 5 giorni prima

Vada dal medico se nota uno di questi segni:
- febbre sopra i 39 °C
- sangue nelle feci
- dolore che dura più di 2 giorni

Il costo comprende:
* 12 euro per il conto
* 3 euro per la carta
* lo 0,5 % di ogni bonifico all'estero
`;

const ITALIAN_MORE = `
Non usi il forno se la porta è danneggiata.
Non spenga mai il computer durante l'aggiornamento.
Il rimborso non è possibile senza lo scontrino.
Questo farmaco non deve essere usato in gravidanza.
La garanzia non copre i danni causati dall'acqua.
Se dimentica una dose, non prenda una dose doppia.
Il latte non va conservato fuori dal frigorifero per più di 2 ore.
Senza prescrizione il farmacista non può consegnare l'antibiotico.
Nessun documento è richiesto per i minori di 14 anni.
Il pagamento con carta non è ancora disponibile.
Può viaggiare solo se ha un biglietto valido.
Chiami l'assistenza se il messaggio appare di nuovo.
Quando la batteria è scarica, la luce lampeggia tre volte.
Il contratto si rinnova ogni anno, a meno che lei lo disdica 30 giorni prima.
Gli studenti possono entrare gratis se mostrano la tessera.
Deve presentare la domanda prima del 30 giugno.
È consigliato bere molta acqua e riposare.
Di solito la consegna richiede da 2 a 4 giorni.
A volte il dolore arriva fino alla spalla sinistra.
Spesso i sintomi spariscono senza terapia.
La visita comprende l'esame del sangue, la pressione, il peso e la vista.
Porti il passaporto, due fotografie, il modulo firmato e la ricevuta.
Anna paga l'affitto a Carlo, e Carlo paga le tasse a Bologna.
Prima di aprire la scatola, controlli il numero di serie.
Dopo l'allenamento faccia stretching per 10 minuti.
Tenga il telefono lontano dall'acqua e dal fuoco.
La riunione è stata spostata da lunedì a giovedì alle 09:15.
I prezzi sono saliti del 4% in marzo e scesi dell'1% in aprile.
Il medico può aumentare la dose dopo 4 settimane.
Questo modello è più leggero, ma meno resistente del precedente.
Tutti i passeggeri devono allacciare la cintura.
Alcuni pazienti hanno bisogno di un secondo intervento.
Il bambino dovrebbe dormire almeno 10 ore ogni notte.
Potrebbe essere necessario cambiare il filtro ogni 3 mesi.
La causa più comune è un'infezione virale.
Il sale aumenta la pressione e affatica i reni.
Usi lo shampoo due volte alla settimana per un mese.
Il corso costa 120 euro e comprende 8 lezioni.
Il treno delle 08:40 non ferma a Modena la domenica.
Solo i soci possono votare, e il voto è segreto.
`;

const blocks = (text: string): string[] => text.trim().split("\n\n");

/** One answer each; those with steps and lists have several lines. */
export const OWN: Readonly<Record<"en" | "it", readonly string[]>> = {
  en: [...ENGLISH.trim().split("\n"), ...blocks(ENGLISH_LISTS)],
  it: [...ITALIAN.trim().split("\n"), ...ITALIAN_MORE.trim().split("\n"), ...blocks(ITALIAN_LISTS)],
};
