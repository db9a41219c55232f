/**
 * Words that a change of tone takes away: profanity, insults, slurs, contempt, street slang. Kept to recognise and
 * drop them; nothing here is ever written into a text.
 */

import { anyOf } from "../language/pattern.ts";

const ANYWHERE = anyOf(
  /fuck|fukin|fck|phuck|shit|bitch|biatch|cunt|nigg(?!l)|faggot|asshole|arsehole|dumbass|jackass|bullsh/,
  /motherf|dickhead|goddam|douche|scumbag|dipsh|bastard|idiot|moron|stupid|imbecil|cocksuck|jerkoff/,
  /dumbf|lmao|haha|ahah|wtf|stfu|libtard|fuckt|merdos|stronz|coglion|vaffan|puttan|minchi|fottut/,
  /rincoglion/,
);
const OPENING =
  /^(?:retard(?!at|ant)|whore|puss(?:y|ies)|wank|twat|slut|hypocri|pathetic|ignoran|disgust|bigot|racis|sexis|fascis|nazi|cretin|lunatic|coward|scum|trash|garbag|rubbish|crap|cazz|merd|troi[ae]|scem[oaie]|schifos)/;

const WHOLE = new Set(
  (
    "ass asses arse arses azz butt bum hell damn damned damnit dammit dang darn heck bloody bugger sod piss pissed pissing pissy cock cocks dick dicks " +
    "prick pricks tit tits titty boobs boob hoe hoes ho thot fag fags dyke homo tranny queer negro coon chink gook spic wop kike paki cracker redneck hillbilly " +
    "suck sucks sucked sucking sucka sucker suckers screw screwed screwing blow blows dumb dumber dumbest dummy dummies dimwit dunce dope dopey fool fools foolish foolishly " +
    "clown clowns buffoon buffoons loser losers jerk jerks jerky punk punks thug thugs goon goons weasel weasels snake snakes rat rats pig pigs swine dog dogs ape apes monkey " +
    "vermin parasite parasites leech leeches worm worms troll trolls trolling creep creeps creepy pervert perverts perverted pedo pedophile rapist rapists murderer murderers killer killers " +
    "terrorist terrorists criminal criminals crook crooks crooked thief thieves liar liars lying lie lies lied fraud frauds con cheat cheater cheaters traitor traitors treason treasonous tyrant tyrants " +
    "dictator monster monsters devil satan evil wicked vile nasty gross filthy filth dirty sleazy slimy slime slimebag slimeball sick sickening perverse " +
    "stinks stink stinking stinky smelly ugly hideous fat fatass fatty obese skank skanky tramp tart hooker prostitute hag witch " +
    "nuts nut nutcase nutjob nutter nutty crazy insane mad mental deranged demented psycho psychotic psychopath sociopath lunatic maniac loony looney unhinged delusional paranoid senile braindead brainless " +
    "brain brains brainwashed mindless clueless senseless ridiculous absurd ludicrous laughable asinine nonsense nonsensical rot rotten drivel bs bull bullcrap baloney hogwash poppycock tripe bunk blah " +
    "useless worthless pointless hopeless helpless incompetent inept incapable lazy lame weak wimp wimps wimpy wuss pansy sissy crybaby crybabies whiner whiners whining whine whiny cry babies baby snowflake snowflakes " +
    "sheep sheeple lemmings peasant peasants peon scoundrel rogue villain thugs mob mobster gangster savage savages barbarian barbarians barbaric uncivilized backward backwards inbred " +
    "selfish greedy greed arrogant arrogance smug pompous conceited narcissist narcissistic egomaniac egotistical ego vain shameless shameful shame disgrace disgraceful despicable deplorable deplorables contemptible horrid horrible horrendous terrible awful abysmal appalling atrocious " +
    "hate hates hated hating hateful hatred haters hater loathe despise detest kill kills killed killing murder murdered die dies died dead death hang hanged shoot shot stab rape raped burn beat beaten slap punch kick destroy execute executed hell rid " +
    "shut stfu gtfo piss off bugger effing eff frigging freaking freakin friggin frickin fkn fkin fn effin mofo sob sonofabitch son " +
    "commie commies communist communists commie leftist lefties leftard right wing winger wingnut wingnuts zealot zealots extremist extremists radical bigoted misogynist misogynistic homophobe homophobic xenophobe xenophobic islamophobe supremacist supremacists klan " +
    "corrupt corruption dishonest disingenuous deceitful deceptive hack hacks shill shills propaganda joke farce sham charade circus embarrassment embarrassing disaster mess failure " +
    "juvenile infantile immature childish petulant spoiled brat brats tantrum tantrums rant rants ranting spew spewing vomit puke barf crap poop turd turds fart farts pee dung manure feces excrement sewage " +
    "idiocy idiocracy stupidity ignoramus illiterate uneducated simpleton simple-minded dense thick blockhead airhead bonehead knucklehead numbskull numskull nitwit halfwit twit twits ninny schmuck schmucks putz schmo dweeb dork nerd geek freak freaks weirdo weirdos weird " +
    "oaf blowhard windbag jackal jackals hyena vulture vultures cockroach cockroaches roach maggot maggots scab scumbags lowlife lowlifes degenerate degenerates deadbeat bum bums junkie junkies crackhead druggie drunk drunkard alcoholic addict addicts crack meth " +
    "stinkin bitchy bitching sexy horny porn sex sexual penis vagina anal anus nude naked masturbate orgasm cum jizz semen wanker wankers tosser bollocks bellend knob knobhead minger slag slapper git gits prat plonker muppet numpty pillock " +
    "nigga niggas nigger niggers dawg bro bruh dude fam homie homies yo yoo ya yall aint ain't imma finna tryna gonna dat dis dem den da tha wit wat ur u r lol lols lolz lls smh omg omfg ugh meh nah yea yeah ooh aww haha heh hehe xd jk btw tho ima hella " +
    "jeez geez sheesh christ jesus god goddamned balls ballsy guts hole trick tricks junk swindler scam scams scammer scammers bloodsucker bloodsuckers bully bullies mean cruel brutal heartless ruthless vicious malicious malignant toxic poisonous cancer plague disease diseased infestation " +
    "trumptard trumpster obummer killary drumpf democrap republitard repuglican repug dumbo bozo bozos jester puppet puppets minion minions crony cronies cult cultist cultists drone drones zombie zombies robot robots " +
    "fake phony bogus hoax crock load pile piece sack bunch bag bags waste wasted utter utterly total totally absolute absolutely complete completely freaking damned very " +
    "culo cazzo merda stronzo stronza troia puttana fica figa palle coglione scemo scema stupido stupida cretino cretina idiota imbecille deficiente schifo fesso ignorante buffone pagliaccio vergogna bugiardo bugiarda ladro ladri"
  )
    .concat(
      " ",
      "silly sillier silliness daft repugnant obnoxious repulsive revolting loathsome odious lackey lackeys dirtbag " +
        "dirtbags sleazebag wacko wackos kook kooks nutso bonkers batshit schmuck smarmy snooty snob snobs charlatan " +
        "charlatans fk fking fck sht shyt ngger nggr frick fricking feck feckin ballsack suckass kissass smartass " +
        "asshat asshats asswipe assclown assclowns turdface cuck cucks incel soyboy feminazi feminazis subhuman ratlike " +
        "piggish idocy fakey stupidly idiotically moronically brainlessly shamefully disgracefully pathetically dumbest " +
        "lousy crummy sucky unintelligent loudmouth loudmouths bigmouth windbags gasbag hooligan hooligans riffraff " +
        "hoodlum hoodlums bootlicker bootlickers asskisser chump chumps bumpkin yokel hick hicks butthole nutsack " +
        "slutty perv pervy pervs tosspot berk chav chavs pikey gobshite eejit feckless scrounger scroungers freeloader " +
        "freeloaders moocher moochers ",
    )
    .trim()
    .split(" "),
);
/** Words that are rude, or dropped with the rude ones, only beside others, and that plain texts use: they open no rude text. */
const MILD = new Set(
  (
    "fatty jerky jerk jerks backward suck sucks sucked sucking embarrassing embarrassment balls degenerate sod slime immature vicious killer killers swine ugly wit crooked git trash garbage " +
    "brain brains sick weak mental dead death die dies died kill kills killed killing burn dirty fat obese right wing simple thick dense simple-minded baby babies cry dog dogs rat rats monkey snake snakes " +
    "worm worms parasite parasites leech leeches sheep pig pigs crack drunk alcoholic addict addicts sex sexual penis vagina anal anus nude naked semen prostitute hole load pile piece sack bunch bag bags waste wasted " +
    "utter utterly total totally absolute absolutely complete completely very cancer disease diseased toxic poisonous malignant plague infestation failure mess disaster off rid shut hang shot shoot stab beat beaten kick slap punch " +
    "blow blows con mean son god bull nut nuts crazy mad drone drones robot robots fake joke extremist radical communist communists criminal criminals terrorist terrorists dem den da u r ya yo ur bro baby homo " +
    "lie lies lied lying execute executed destroy murder cult circus fraud puppet load stink smelly vomit pee feces dung manure sewage infantile juvenile cheat cocks cock tits bum butt helpless useless hopeless gross " +
    "nerd geek freak weird dope meth cracker coon spoiled tart screw nuts bloody thief palle fica ladro ladri witch rogue guts ego vain hate hates hated hating rape raped homophobic deceptive thot con trick tricks junk sob waste " +
    "corrupt corruption mob radical brutal cruel selfish greedy lame lazy mental senile psychotic paranoid deranged demented delusional insane maniac puke fart farts poop sexy horny porn masturbate orgasm christ jesus execution cry whine whining rant tyrant horrible terrible awful shame " +
    "vulgar crude nightmare ungrateful feeble feebleminded wacky kooky cuckoo looneys sheepish snobby elitist " +
    "elitists uppity bossy nagging nosy phonies fakes quack quacks imposter impostor imposters parasitic predatory " +
    "predator predators molester molesters abuser abusers abusive psychos arsed sack dung badass karen karens " +
    "boomer bust busted heads whack whacked smack smacked strangle choke choked drown drowned fry fried drawn " +
    "quartered lynch lynched guillotine gallows rope noose suicide crucify crucified behead beheaded annihilate " +
    "nuke bomb bombed burned hung jail jailed prison lock mentally unstable ill illness retarded disturbed " +
    "dysfunctional inferior freakish brutish brute brutes beast beasts animal animals rabid foaming mongrel " +
    "bitchface leper cripple crippled lunacy madness insanity black blacks white whites brown muslim muslims islam " +
    "islamic jew jews jewish gay gays lesbian lesbians christian christians mexican mexicans chinese asian asians " +
    "arab arabs african africans immigrant immigrants illegals latino latinos hispanics gypsy gypsies transgender " +
    "trans feminist feminists liberal liberals conservative conservatives republican republicans marxist marxists " +
    "socialist socialists little tiny puny big great giant huge massive certified certifiable certifiably " +
    "certifiedly monumental monumentally epic royally blatant blatantly sheer pure real really so very seriously " +
    "literally freaky super damnable flipping flaming blasted blooming goddam confounded guy guys dude dudes chick " +
    "chicks broad broads babe babes kid kids folk folks people boy girl woman women man men lady old male female " +
    "pal buddy buster mister sweetie honey bunny rabbit disgustingly crazily insanely horribly terribly awfully " +
    "wickedly sickest worst rotten shabby shoddy cheesy corny tacky sloppy trashy junky junk uninformed unqualified " +
    "unfit unsuitable unworthy incompetently ineptly clumsily dishonestly sneer smirk spit spits spitting drool " +
    "whimper wail bark barking yap yapping howl snort blabber blather blathering babble babbling bluster chatterbox " +
    "tattletale busybody gossip poser posers wannabe wannabes rabble ruffian delinquent delinquents vandal vandals " +
    "bogeyman demon demons demonic devilish satanic hellish heathen infidel infidels heretic blasphemous sinner " +
    "sinners sinful immoral amoral unethical unscrupulous corrupted crookedness fraudulent deceit deceiver " +
    "deceivers henchman henchmen toady sycophant sycophants stooge stooges dupe dupes patsy sucker tool tools pawn " +
    "pawns rube rubes laid horn booty bosom rack panties undies buttocks rear bottom crotch groin testicles scrotum " +
    "genitals erection boner foreplay kinky raunchy lewd strip stripper strippers escort tantrums hissy pissing " +
    "whinge whinging moan moaning bitchfest drama diva divas bint slapper gammon workshy layabout sponger spongers " +
    "welfare "
  )
    .trim()
    .split(" "),
);

const PLURAL_LENGTH = 4;

function listed(words: ReadonlySet<string>, word: string): boolean {
  return words.has(word) || (word.length >= PLURAL_LENGTH && words.has(`${word}s`));
}

function profane(word: string): boolean {
  return ANYWHERE.test(word) || OPENING.test(word);
}

/** Whether a folded word is one that a change of tone may take away or soften. */
export function isRude(word: string): boolean {
  return listed(WHOLE, word) || listed(MILD, word) || profane(word);
}

/** Whether a folded word is rude in itself, whatever stands beside it. */
export function isPlainlyRude(word: string): boolean {
  return profane(word) || (listed(WHOLE, word) && !listed(MILD, word));
}
