/** Named groups of English words that phrases of the lexicon use. */

import type { Groups } from "../pattern.ts";

/** Groups for the English phrases. */
export const ENGLISH_GROUPS: Groups = {
  pain: "pain|pains|painful|ache|aches|aching|achy|ached|hurt|hurts|hurting|sore|soreness|discomfort|tender|tenderness|agony|cramp|cramps|cramping|crampy|burning|throbbing|throbs|stabbing|colic|colicky",
  cannot:
    "cannot|can't|cant|unable|inability|couldn't|couldnt|could|incapable|unsuccessfully|trouble|difficulty|difficulties|difficult|hard|struggling|struggles|struggle|hardly|barely|problems|impossible",
  unable:
    "cannot|can't|cant|unable|inability|couldn't|couldnt|incapable|impossible|stopped|won't|wont|refuses|refusing|refused",
  belly:
    "abdomen|abdominal|belly|stomach|tummy|epigastr*|periumbilical|umbilic*|navel|hypogastric|mid-abdominal|gut|guts|suprapubic|iliac|quadrant|rlq|llq|ruq|luq|groin",
  side: "one|left|right|unilateral|hemi*|half",
  limb: "arm|arms|leg|legs|hand|hands|foot|feet|limb|limbs|extremity|extremities|face|facial|body|side|finger|fingers",
  swell:
    "swollen|swelling|swelled|swells|swell|puffy|puffiness|puffed|edema|edematous|enlarged|angioedema|swelli*",
  blood: "blood|bloody|bleed|bleeds|bleeding|bled|bloodstained|blood-stained",
  child: "child|baby|infant|toddler|newborn|son|daughter|boy|girl|kid|neonate|mother|parents",
  relat:
    "mother|father|dad|mom|mum|husband|wife|grandmother|grandfather|grandma|grandpa|friend|son|daughter|partner",
  numb: "numb|numbness|tingling|tingly|tingles|paresthesia*|pins|hypoesthesia|anesthesia",
  weak: "weak|weakness|paralysis|paralyzed|paralysed|paresis|hemiparesis|hemiplegia|limp|droop*|drop*|plegia|heavy|clumsy|clumsiness|floppy|powerless",
  vision: "vision|sight|eyesight|visual|see|seeing",
  skin: "skin|rash|rashes|spot|spots|patch|patches|area|lesion|lesions|redness|bump|bumps|leg|arm|foot|toe|hand|wound|cut|bite|finger|shin|calf",
  drug: "pills|tablets|medication|medications|medicine|drug|drugs|capsules|paracetamol|acetaminophen|tylenol|ibuprofen|aspirin|antidepressants|opioid|opioids|heroin|fentanyl|sleeping|insulin|xanax|benzodiazepine*|methadone|oxycodone|amitriptyline|digoxin|iron|cocaine|meth|amphetamine*|ecstasy|mdma",
};
