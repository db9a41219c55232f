/** English phrases: what nobody need hurry with, and what neither time nor a pharmacy settles. */

/** Concept to phrases. `routine` alone is reason enough for a doctor's look. */
export const ROUTINE: Readonly<Record<string, string>> = {
  "pregnancy-past": "since|after|before ~1 pregnancy ; last|first|second pregnancy",
  routine: `
    trying ~3 baby|conceive|pregnant ; trying ~2 for ~2 baby ; baby|pregnant ~3 nothing happening
    coil|iud ~3 threads|strings|string ; threads ~3 coil|iud
    sex|intercourse ~2 hurts|painful|impossible|sore ; $pain|hurts|hurt|bleed*|bleeding ~4 sex|intercourse
    no|low|lost|little|zero ~1 sex drive ; dry|sore ~2 down below ; bleed* ~4 smear
    not|hardly|barely|isn't|doesn't|hasn't ~2 walking|talking|crawling|babbling|smiling ~1 yet
    hardly|barely ~2 says|say|said|saying ~2 words|word
    hair ~4 patches ; bald ~1 patch|patches|spot|spots ; psoriasis ~8 worse|spread|spreading|poor|anymore|more|joints
    smelly|fishy|grey|green|foul ~3 discharge ; discharge ~2 smells|smelly|fishy
    blisters|blister|sores|sore|ulcers|ulcer|lump|lumps|bumps|warts|spots ~4 privates|groin ; blisters|blister|sores|sore|lump|bumps|warts|spots ~4 private parts
    varicose ~8 brown|itchy|itch|hard|aching|bleed* ; skin ~4 ankle|ankles|shin|shins ~4 brown
    testicle*|ball|balls ~6 descended|undescended|dropped ; testicle*|ball|balls ~3 never|not ~2 down
    belly button|bellybutton|navel ~3 sticking|sticks|pops|popping|bulg*|out
    toenail*|nails ~4 crumbl*|crumbling ; worry|worrying|worried ~7 everything ; wets|wetting ~1 bed
    poo|poos|poop|poops ~3 once week ; statin|statins ~8 ache*|aching|sore|weak|cramp* ; thighs|legs|muscles ache*|aching ~10 statin|statins
    pressure ~1 averag* ; milk|dairy|lactose ~1 allergy|intolerance ; ankles|feet puff*`,
};
