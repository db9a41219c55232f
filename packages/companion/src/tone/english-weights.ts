/**
 * English words that speak for a good or a bad message: log-odds in sixteenths, fitted by oracle/tone-train.ts on the
 * development part of GoEmotions (Demszky et al., ACL 2020; Apache-2.0).
 */

import type { SentimentWeights } from "./sentiment.ts";

const TABLE = `
!:7:-6 !a:-8:10 !about:-18:0 !actually:-2:-10 !agree:11:16 !all:-6:-2 !alone:34:-5 !an:-13:14 !any:-2:6
!as:-16:5 !at:5:2 !bad:31:-7 !because:-8:10 !been:-11:7 !being:-12:-16 !believe:-13:1 !better:4:5
!but:-2:6 !can:12:-20 !care:5:0 !come:2:5 !deal:3:6 !do:-9:14 !either:-23:9 !else:-4:-8 !enough:3:8
!even:-3:5 !ever:-7:13 !exactly:-15:-14 !exist:6:11 !feel:-16:6 !for:4:-3 !forget:15:-13 !from:-11:11
!getting:1:25 !give:14:-4 !go:-4:4 !gonna:-12:16 !good:-3:37 !got:12:-10 !had:3:-7 !happen:9:5 !has:-6:2
!have:8:-10 !having:1:6 !he:-25:-18 !heard:-3:-16 !help:-9:23 !her:7:-13 !here:4:13 !him:4:1 !how:5:2
!i:-4:0 !idea:-2:-23 !if:-5:-17 !is:1:-6 !it:-4:7 !it's:-5:14 !just:-11:6 !know:-6:-6 !let:14:8
!like:-9:1 !lol:54:-2 !longer:6:-2 !look:9:-11 !made:-22:-6 !matter:4:-4 !me:-9:8 !mean:4:11 !more:-23:8
!much:-8:3 !my:2:16 !name:-1:-4 !need:-4:-15 !no:-5:11 !of:-1:7 !one:4:-3 !only:-10:-20 !or:-16:10
!other:-8:5 !out:-7:17 !people:11:19 !person:-2:-32 !point:3:8 !problem:22:-14 !realize:6:-32
!really:-3:16 !reason:-10:-5 !remember:-2:-17 !same:-22:8 !say:-14:-1 !saying:8:-27 !see:-5:-5
!seen:9:-9 !she:16:-27 !shit:-18:21 !should:8:-13 !so:0:4 !something:-28:8 !stop:12:-40 !sure:-11:-16
!surprised:-1:-28 !take:-7:14 !tell:-21:10 !their:-3:-25 !them:-9:22 !then:-16:3 !there:-11:7 !they:-2:8
!thing:-16:-10 !think:-8:-13 !this:0:4 !to:4:5 !too:-4:-23 !try:-22:2 !trying:3:-8 !up:-10:2 !us:-12:-14
!use:-19:-3 !very:-8:4 !wait:1:6 !want:-15:14 !was:-13:-1 !way:-7:24 !we:7:27 !well:-2:12 !what:-3:4
!when:-7:-18 !why:-7:18 !with:6:4 !work:-18:31 !worry:45:-11 !worth:-6:13 !would:-15:-4 !wrong:19:-3
!you:-5:4 !you're:-8:-8 ?:-11:-8 able:-4:3 about:-1:4 above:-1:-11 absolutely:13:2 accept:15:4
account:11:-19 act:-7:15 actual:-4:-3 actually:6:-7 ad:-9:-21 add:-7:-26 added:12:-1 advice:5:-4
afraid:-19:58 after:-5:0 against:4:-4 ago:-5:-1 agree:41:-16 agreed:11:-5 ah:15:1 air:-4:-4
alcohol:24:-14 alive:19:1 almost:6:-12 alone:8:13 along:7:-7 alot:36:-14 already:-9:-5 alright:18:-12
also:2:-6 always:-1:5 am:-5:7 amazing:44:-20 america:-7:6 american:-17:-15 amount:-11:2 an:-1:5
angry:-31:25 annoying:-17:27 another:0:7 anti:1:10 anxiety:1:17 anybody:17:-19 anymore:-6:13
anyone:-7:-4 anything:7:-15 anyway:-1:-30 apart:21:-6 apologies:-15:17 apparently:-5:-16
appreciate:31:-11 area:-7:1 argument:-1:5 art:30:-18 article:1:13 asap:8:-14 ask:-15:11 asked:-14:-12
asking:14:19 ass:-11:25 assume:-23:-10 assuming:-3:-16 at:1:-6 attack:-15:4 attacks:-6:1 attention:-24:3
average:-8:-9 avoid:-7:5 away:2:5 awesome:47:-22 awful:-22:38 awkward:-10:5 babies:-13:14 baby:16:-27
back:0:-7 background:0:-22 bad:-9:23 bag:-10:-24 balls:-17:25 banned:4:26 barely:-15:4 basically:-23:-15
bear:-6:-6 beat:-7:-29 beating:-26:12 beautiful:39:-2 beauty:11:0 because:-6:6 become:17:-6 bed:-12:6
been:-3:8 beer:13:-2 before:-7:0 behavior:3:-9 behind:5:-1 believe:-13:-5 besides:-13:-9 best:24:-10
better:19:-5 between:7:-13 big:-8:-8 bigger:-22:4 biggest:-6:17 birthday:-16:-18 bit:-12:12 bitch:-6:20
black:-12:-9 bless:23:-7 block:4:8 blood:10:13 blue:19:29 body:1:4 book:-5:9 born:-4:13 bot:20:-23
both:0:6 bottom:9:-8 bought:6:-6 boy:-7:-10 boys:8:-25 brain:4:11 break:1:13 brilliant:28:-26
bring:-19:9 brings:16:-24 bro:1:-6 broke:-17:8 broken:-5:25 brother:11:4 brown:-13:-20 btw:6:1
buddy:11:-9 bug:-19:18 build:5:-19 building:-11:-10 bullshit:-27:20 bunch:-9:-3 business:-2:5
button:-22:-5 buy:-5:-23 buying:-7:-3 by:-5:-1 c:-3:4 cake:12:6 california:-12:-6 call:-5:-1
called:-4:-3 calling:12:-29 calm:5:2 can't:-5:4 canada:5:-2 cancer:-21:-6 cannot:-12:15 cant:-9:16
car:-9:-1 card:1:-5 care:6:-1 career:21:-10 cares:6:22 case:22:-15 cat:13:-7 cause:7:3 caused:-18:25
certain:6:0 certainly:-9:12 chance:-4:-1 change:8:1 changed:1:-10 channel:30:-3 character:-12:11
characters:13:19 charged:-22:-9 chat:-9:-10 check:5:-4 checked:-3:-33 cheers:22:-20 chicago:-3:-9
chicken:-13:-4 child:-23:5 children:14:-17 city:1:-21 claim:-18:-13 class:10:-3 clearly:1:15
closer:-1:-21 club:-28:-5 cold:2:5 college:-10:16 comes:-10:-8 comfortable:26:-18 coming:-10:2
comment:1:-6 commenting:-17:13 comments:9:6 common:-4:-1 community:12:-24 company:10:-8 completely:0:7
concerned:9:-1 confused:-13:-13 congrats:35:-17 congratulations:-5:5 consequences:-20:13 consider:-2:13
considering:3:10 constantly:7:12 content:6:-1 contract:-2:17 control:-26:9 cool:14:-17 correct:5:-5
cost:-4:-6 could:4:-5 countries:15:6 country:-6:-3 couple:8:1 course:2:-7 crazy:9:-16 crime:-27:-6
cringe:-11:14 cry:22:18 culture:3:-8 curious:-30:-25 current:-22:9 currently:-23:-12 cut:6:5 cute:30:-13
d:10:-5 dad:-5:4 daddy:-31:-25 damn:-4:23 dangerous:-9:39 dare:-16:52 dark:2:-17 date:3:-17 day:5:-8
days:-1:6 dead:-11:10 deal:5:6 dealing:38:-27 dear:3:10 death:-2:-5 decent:13:9 decided:-17:0
decision:4:-10 deep:-1:17 defend:9:-4 defense:1:-24 definitely:14:-3 delete:4:6 delicious:28:-2
depends:-4:-25 depression:-7:-4 deserve:34:-20 despite:5:-4 did:-5:-8 didn't:-4:6 didnt:7:10 die:-12:10
died:-19:20 difficult:-8:-1 disgusted:-26:45 disgusting:-31:50 divorce:-12:-5 doesn't:-4:5 doesnt:-29:1
dog:8:-5 doing:-5:-4 don't:-6:7 done:10:6 dont:-27:12 door:-23:4 double:14:-1 doubt:-10:-23
downvoted:-6:8 dozens:24:-11 draft:9:8 draw:7:-21 dream:27:3 dress:-6:-18 drink:18:-17 drive:3:-24
drugs:-10:4 drunk:-12:3 dude:2:-6 dudes:-23:-17 due:-9:-7 dumb:-12:14 during:-18:-12 dying:7:4
each:7:-11 earlier:18:-24 earth:-18:4 easier:16:-11 easily:33:-2 easy:6:-16 eat:-10:-16 eating:-16:18
edit:-2:-13 effort:10:-3 egg:-24:-16 eh:6:8 em:-13:19 emotional:8:16 end:13:0 ended:8:-27 ends:-6:-21
english:14:6 enjoy:47:-25 enjoying:42:-36 enough:-10:0 entertaining:39:-29 entire:5:2 episode:14:6
etc:-1:-5 eventually:-11:-2 ever:-6:-2 every:13:4 everyone:5:-7 everything:6:11 everywhere:6:-13
evidence:-23:13 evil:-11:23 ex:-10:-6 exactly:7:-12 example:11:7 except:-18:-19 excited:46:-12
excuse:-36:16 expect:-14:-3 expecting:-3:-7 experience:8:-17 explain:-4:-1 explains:-7:-11
explanation:-5:-26 extra:26:18 extremely:9:-5 eye:-1:-5 eyes:-5:-4 face:-5:-6 fact:-5:13 facts:5:-10
failed:-25:42 fair:8:-15 fairly:-6:-17 faith:13:-12 fake:-14:29 fall:-27:-5 fan:-6:-1 fans:9:-6
fantastic:42:-23 far:-5:-3 fast:-5:6 fat:-8:-23 fault:-5:6 favorite:30:-18 favourite:11:-20
feelings:-17:3 feels:-3:14 fellow:-13:-23 felt:-16:2 few:4:7 fight:1:-6 fighting:-13:6 figure:-12:-6
finally:16:-2 find:-5:-1 finding:-5:-6 fine:6:-13 finished:15:-8 fire:-14:1 first:1:-18 fits:3:-20
fix:13:6 floor:12:2 folks:-17:19 food:-8:4 football:15:-10 forever:-3:-22 forgot:-12:14 forward:-9:13
found:3:-13 freaking:-8:-19 from:-3:-5 front:-14:15 frustrating:-31:41 fuck:-15:38 fucked:-13:14
fucking:-9:35 fun:27:-26 funny:34:-17 further:-7:-28 future:0:7 game:8:-8 games:-7:1 general:12:-26
genuinely:12:-6 get:-6:-2 gets:-2:-8 getting:-1:-4 giant:-18:-20 gift:-4:-20 girl:6:-8 girlfriend:-8:0
girls:9:-1 give:17:2 given:14:-25 gives:11:-6 giving:12:-5 glad:45:-13 god:-9:-6 goes:-9:7 going:7:-2
gone:-18:6 gonna:-9:-15 good:30:-8 got:1:-5 gotta:3:4 gotten:12:-10 government:-9:16 great:36:-13
gross:-9:18 ground:-25:-6 group:-6:-5 grow:-16:19 guess:-7:-2 gun:15:-21 guys:10:0 ha:1:-12 haha:42:-10
hahaha:32:-10 hair:-14:14 half:3:8 hands:7:5 hang:12:-23 happen:11:-16 happening:-3:-16 happens:-20:6
happiness:9:-5 happy:33:-21 hard:-9:11 has:-1:4 hasn't:-8:-30 hate:-22:34 hates:-21:-5 haven't:-4:7
having:3:8 he'll:-6:-24 he's:-9:5 head:-13:3 headline:3:-14 heads:1:-5 health:-14:-6 healthy:13:-3
hear:-12:14 heard:1:-6 hearing:-18:-4 heart:10:13 hell:-6:16 hello:10:-16 help:14:0 helped:14:0
helping:-15:5 helps:41:-11 here:4:3 here's:3:-6 hero:31:-23 hes:11:0 hey:-2:-6 hi:-13:-21 higher:-30:1
highly:4:8 hilarious:44:-17 him:-3:-5 himself:5:-7 his:2:-4 history:-3:-7 hits:-19:4 hold:11:-9
hole:-5:20 holy:-10:-6 home:-3:-4 honestly:1:-5 hope:34:-8 hopefully:23:-2 hoping:32:-29 horrible:-10:31
hot:-14:-3 hours:-2:16 house:1:-18 hug:1:-5 huge:11:-2 hugs:3:20 huh:0:-22 human:3:4 humanity:-8:11
humans:0:-10 humor:10:-31 hurt:-6:4 hurts:-32:27 husband:15:-22 i:6:3 i'd:-4:13 i'll:7:1 i've:13:1
ice:-7:7 idea:16:5 idiot:-19:23 idiots:6:20 idk:2:6 ignore:-4:0 ill:4:1 illegal:-30:13 im:5:4
imagine:-8:-9 immediately:-14:18 important:7:-12 impossible:-22:1 impressive:29:-28 incredible:21:-12
indeed:10:-1 info:4:-14 information:4:7 innocent:-25:-9 insane:8:-12 instagram:-19:-15 instead:-14:-1
insult:-36:2 interested:3:-5 interesting:17:-30 internet:-13:-9 into:6:3 involved:2:-16 iq:15:-26
irl:-5:-20 irony:-15:8 isn't:-9:6 issue:5:2 issues:4:-6 it'd:16:-2 it'll:22:-7 its:-4:6 ive:5:2
jealous:8:16 jeez:-6:9 job:11:-4 jobs:-18:0 joke:34:-5 jokes:1:5 joy:25:-1 justice:-2:9 k:-9:6
keep:-7:-3 keeping:12:-7 kick:3:6 kid:-9:-4 kids:-8:6 kill:-15:-2 killed:-35:16 killing:1:-18
kills:-9:25 kind:8:3 kinda:-5:19 knew:-9:1 know:6:-7 knowing:-5:11 known:10:-22 knows:-20:-1 la:5:3
lack:10:1 lady:-16:0 language:5:-7 large:-29:9 late:-20:-13 later:-25:11 laugh:24:-25 laughed:44:-31
law:-20:-4 lead:11:0 learn:-10:-5 learned:-11:-19 least:7:-3 leave:-6:-6 left:-6:0 leg:-15:6 legit:-3:12
legs:-1:-7 less:-6:5 lesson:-10:2 let:4:-6 letting:-11:-20 level:-8:10 levels:-18:14 libertarian:-5:-11
life:4:-6 liked:9:-5 likely:4:-23 likes:-29:-16 line:-30:-1 lines:13:-17 link:-5:-19 list:0:-26
listen:-18:-5 literally:-5:9 live:12:-5 lived:7:-12 living:-16:-1 lmao:23:-13 local:15:-8 lol:39:-14
long:9:1 looked:7:6 looking:-1:4 looks:4:0 lord:-13:-1 lose:-15:11 losing:10:5 loss:-20:32 lost:-3:14
lots:16:-19 loud:12:4 love:36:-15 loved:12:-13 loves:23:-11 loving:36:-23 low:-6:2 luck:19:-3
lucky:11:-28 mad:-8:12 makes:-3:4 makeup:12:-23 making:5:-6 married:-6:2 mass:-9:-26 match:8:10
may:-4:-11 maybe:1:-8 me:0:6 mean:-5:-3 means:-10:-3 meant:-11:3 meat:-12:-15 media:-7:12 meet:26:-26
meme:2:-4 men:9:1 mental:15:-1 mentioned:-14:-27 message:3:-10 met:-8:-10 middle:-21:7 might:10:-5
million:-20:0 mind:-8:-2 mine:-6:-10 minutes:4:8 miss:-15:33 missed:1:24 missing:-17:30 mobile:10:-12
modern:14:-1 mods:-4:6 mom:-8:2 moment:17:-15 money:-2:-8 monster:2:9 month:6:0 months:-4:9 morning:13:5
most:0:7 mostly:-12:15 mother:4:5 mouth:-12:18 move:6:0 movie:21:-6 movies:11:8 moving:18:-10 much:5:-4
music:-9:3 must:-11:8 my:6:3 myself:13:-5 nah:-17:16 nail:-5:-9 national:11:1 nd:-11:-8 near:2:-9
need:3:-10 needed:2:-12 needs:-5:-6 network:14:-18 never:-1:5 new:-1:-6 next:16:9 nice:39:-19
night:-5:-19 nightmares:-17:19 no:-6:10 nobody:5:2 non:0:5 none:-3:11 nope:-30:20 not:-3:4 now:-4:-1
o:-7:-2 obvious:1:10 obviously:-13:21 odd:6:12 off:-4:2 office:-13:25 often:4:2 oh:-7:3 oil:-24:12
ok:14:-13 okay:17:-7 ol:-8:-7 omg:-2:-5 on:2:-4 once:-9:-9 ones:7:-10 online:-8:0 only:-2:-4 onto:-4:12
op:3:-8 open:3:-12 opinion:-7:3 or:-9:-7 orange:3:-31 order:3:11 original:12:5 otherwise:-16:7 our:6:-8
out:4:-2 outside:-7:11 over:-7:16 own:6:-1 p:-23:-7 page:2:-7 paid:-1:-13 pain:-11:32 parents:-9:3
park:-23:-22 part:-12:16 partner:-4:0 party:-1:5 pass:-3:20 pay:-15:-14 peace:23:7 penis:-10:-12
perfect:16:-4 period:-7:-31 personal:2:12 phone:-5:2 photo:0:-19 pick:8:0 picture:9:-16 pissed:-20:47
place:12:-6 plan:-1:-9 plans:16:-30 played:4:-5 player:-14:-4 players:5:17 playing:-5:12 please:9:4
plenty:13:1 plus:-18:3 point:-5:-6 pointing:7:2 police:-1:-23 political:-27:-2 politics:9:-10 poor:7:4
possible:-19:9 posted:7:16 posting:-6:9 posts:-18:7 power:-18:-3 practice:-9:-1 pray:-2:-25
prepared:14:-11 pretty:17:-6 price:-8:-1 prison:-22:-22 pro:-2:-30 probably:5:-1 problem:-13:3
problems:14:-4 proof:-24:3 protect:-10:-4 proud:38:-2 prove:-8:-32 public:-22:-6 pull:2:12 pushing:12:16
put:5:2 putting:-14:4 queen:-9:-4 question:-25:-9 questions:-2:-19 quick:1:-16 quickly:-1:-27
quit:-25:20 quite:-5:16 quote:6:-12 r:4:2 race:-14:7 racism:-8:-21 racist:-17:0 random:-22:7
rant:-22:-16 rape:-16:26 rare:2:-5 rather:-11:-15 reaction:-4:-18 read:11:-4 reading:-10:3 ready:7:-25
reality:-2:4 realize:-22:-32 realized:-40:0 really:6:0 recommend:2:-9 record:-3:-24 red:-3:-7
reddit:7:-13 reference:11:-23 refs:26:-27 related:-2:-10 relationship:-31:15 remember:1:-11
reminds:25:-10 removed:-11:-7 rep:-2:-33 reply:-13:-4 repost:-32:11 response:-14:5 rest:-14:2
ridiculous:-14:49 right:5:-5 risk:6:1 rock:10:-7 rookie:-5:10 room:8:1 round:11:-23 rude:-12:34
rules:10:13 run:1:-11 running:-4:8 russia:8:-29 s:-15:7 sad:-16:45 sadly:0:36 safe:12:-5 said:-4:2
same:2:-7 save:-8:-5 saved:16:3 saw:-8:-1 says:-18:1 scared:-28:29 scary:-33:51 scene:8:-14 school:-1:15
science:-23:8 screenshot:-11:8 scum:-1:17 season:6:2 second:-7:11 see:3:-8 seem:6:1 seemed:5:-9
seems:4:-2 seen:4:6 self:-14:7 selling:32:-24 send:-1:-28 sense:-5:4 series:14:10 seriously:3:10
service:-6:-7 set:-1:-21 several:-10:-14 sexual:15:-26 shady:-31:8 shame:-14:44 share:-3:5 sharing:9:-5
shirt:6:-8 shit:0:14 shop:-11:-9 short:-10:-2 shot:-7:21 should:4:-3 shouldn't:-13:6 show:10:-2
shows:-6:11 shut:-27:24 sick:-6:16 side:5:3 sides:-5:-1 signing:3:-27 silly:-5:-7 similar:20:-12
simply:-4:4 since:-11:-6 single:-5:1 sister:5:-1 sit:4:12 situation:14:7 situations:27:-15 sleep:-14:13
slightly:13:-23 slowly:-6:15 small:-18:11 smell:-28:8 smile:26:-28 social:4:23 society:-7:16
someday:23:-6 something:-7:2 sometime:-5:1 sometimes:9:-5 somewhere:37:-18 song:9:-8 soon:12:-9
sorry:-15:45 sort:-8:-23 sound:7:-7 sounds:6:-3 source:8:-10 south:-16:11 space:-13:-7 speak:2:-22
special:23:-20 specific:-8:-7 spot:-22:1 st:-5:-3 stand:8:-19 standard:-5:-24 star:-17:4 start:3:5
started:-12:-5 starting:1:-17 state:-8:-1 statement:20:-15 states:-4:4 stay:2:6 step:-10:-6 stick:4:9
stop:-2:5 stopped:-25:-12 store:13:-16 stories:21:-5 straight:15:-24 strange:-16:2 street:12:-5
stress:8:-30 strong:-3:-6 stuff:3:6 stupid:-2:25 sub:-1:6 subreddit:2:-30 suck:-6:21 sucks:-33:32
suggest:-27:-29 summer:2:13 sun:15:7 super:9:3 support:17:-23 supposed:-22:21 sure:11:-6 surgery:-15:11
surprised:-23:-16 sweet:23:-9 system:-4:-13 t:-14:-1 taken:-12:9 takes:-6:-1 taking:11:2 talk:-11:-1
talked:7:-4 talking:-18:16 tbh:-8:7 teach:11:3 team:20:5 teams:-15:-6 tell:-7:2 terrible:5:21
text:-17:-3 th:-5:-6 than:-6:-5 thank:43:-18 thanks:45:-19 that's:1:4 thats:5:-18 their:7:-8
themselves:9:-15 then:-2:4 there:3:-4 there's:-2:-6 these:-1:-9 they'll:-29:-6 they're:-14:5
things:-11:7 think:-5:0 thinking:-1:-13 thinks:-21:13 third:-33:17 tho:-12:6 those:-7:1 thought:-6:-8
thoughts:-10:-11 thread:0:-7 three:-9:-14 through:6:-7 throw:7:5 times:13:-4 tip:8:-21 tired:1:19
today:-8:-7 together:-13:-24 tomorrow:-13:3 tongue:3:-5 tonight:3:6 tons:8:-22 took:5:0 totally:8:-3
tough:-6:14 town:5:-15 trade:-2:4 traded:-21:13 trash:-6:7 treat:-14:9 tree:-12:-6 tried:-12:7
trip:24:10 true:18:1 truly:9:-2 trust:28:-3 truth:13:-4 try:7:-7 turn:-17:14 turned:0:-4 twice:-31:23
twitter:-27:15 two:-11:6 type:10:-25 typical:27:-4 u:-6:-4 ugh:5:1 ugly:-25:36 uh:-21:-20 uk:12:4
under:3:19 understand:9:6 unfortunately:-22:26 union:3:-7 unless:-10:8 unlikely:7:28 until:5:-4 up:-4:5
upon:0:13 upset:3:-8 upvote:-22:9 us:5:-14 use:5:-5 using:8:1 usually:-4:9 value:28:-6 vegan:3:-15
version:5:-22 very:5:7 video:5:-8 videos:3:-9 voice:5:-11 vote:5:1 wait:-10:-5 wake:11:5 walk:-5:-3
walmart:-7:-17 wanna:10:7 want:5:3 wants:-14:-8 war:-10:15 wasn't:-9:2 waste:-18:16 watch:1:14
watched:11:-17 water:5:-8 way:-4:-5 we:4:4 we'll:10:-7 we're:4:0 we've:-33:-3 wear:-6:13 wearing:-15:5
website:2:-32 week:1:5 weeks:-2:-5 weight:-21:9 weird:-7:24 welcome:26:-22 well:5:-3 went:3:-12
weren't:-18:-17 what's:-10:11 whatever:2:-19 where:-8:1 while:-4:0 who:-4:-5 who's:2:13 whole:-6:11
wholesome:23:-13 why:-4:-3 wide:-7:5 wife:-17:6 willing:-32:-20 win:-6:12 winning:-15:-3 winter:10:-3
wish:38:-14 without:-10:3 woman:0:15 women:7:6 won't:-6:8 wonder:-5:-11 wonderful:5:-16 wondering:-22:-8
word:-2:11 words:-16:1 worked:22:-21 working:1:-9 works:-8:7 world:9:14 worried:-6:31 worse:-23:31
worst:-16:41 worth:4:10 would've:8:-1 wouldn't:5:-8 wow:18:-11 write:15:-17 writing:-9:-17 wrong:-9:11
wrote:15:12 wtf:-16:34 x:-4:1 xd:16:5 y'all:1:10 ya:2:-8 yea:-17:12 yeah:7:-5 yep:3:-13 yes:10:-8
yesterday:-12:-19 yet:-4:-2 yikes:-12:24 yo:10:-25 you'd:8:-6 you're:1:6 young:14:-7 younger:-8:6
your:6:0 youre:-6:16 yours:18:2 yourself:15:-8 youtube:12:-7 yup:36:-9 zero:-11:22 ❤:-4:-7 😂:12:5
😊:-12:-11 🤣:9:0 ️:-18:4
`;

/** The weights; penalty, least count and band were chosen by five folds. */
export const ENGLISH_WEIGHTS: SentimentWeights = {
  words: new Map(
    TABLE.trim()
      .split(/\s+/)
      .map((entry): [string, readonly [number, number]] => {
        const [word = "", good = "", bad = ""] = entry.split(":");
        return [word, [Number(good), Number(bad)]];
      }),
  ),
  bias: [-18, -24],
  band: 0.25,
};
