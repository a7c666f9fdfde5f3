/**
 * The forms in which a person says what lasts, as patterns of sentences in small letters: what one is and has, what is
 * one's own, rules, things of a project, people with a part in it, how something is done, and habits.
 */
import {
  BODY,
  DONE,
  FOR_GOOD,
  ILLNESS,
  LASTING_OWN,
  MACHINE,
  PERSON,
  PROFESSION,
  REPEATED,
  SET_UP,
  STANDING,
  THING,
  TOOL,
} from "./statement-words.ts";

const WORD = String.raw`[\p{L}\p{N}][\p{L}\p{M}\p{N}'/._+#&@-]*`;
const NUMBER =
  "(?:~?\\d[\\d.,:]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|ninety|an? hundred)";
const DAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)days";
export const MONTH =
  "(?:january|february|march|april|may|june|july|august|september|october|november|december)";
const PERIOD = "(?:days?|weeks?|months?|years?|hours?|minutes?)";
const TIME = `(?:${PERIOD}|quarters?|mornings?|evenings?|nights?|weekdays?|weekends?|seasons?|springs?|summers?|autumns?|winters?|releases?|sprints?|${DAYS}?)`;
/** Behind a subject, before its verb. */
const OFTEN = "(?:(?:always|never|only|usually|normally|generally|also|all|mostly|mainly) )*";
/** Words of a name: none that begins another part of the sentence. */
const NAME = String.raw`(?:(?!(?:is|are|was|were|has|have|must|may|and|but|who|which|that|i|we|you|he|she|it|they|not)(?!\p{L}))${WORD} )`;
/** What follows a verb says itself what is meant: no pronoun, no pointing word. */
const CONCRETE = String.raw`(?!${NUMBER} of |(?:it|them|him|her|that|this|these|those|one|ones|back|out|up|off|down|into|away|so|a lot|a bit|much|more|less|better|worse|another|some|something|anything|everything|nothing|sure|at it|on it|to|when|because|like|with|without|\p{L}+ing)(?!\p{L}))`;
const OWN = "(?:(?:all |all of |both of )?(?:my|our))";
/** What is done rather than meant to be done. */
const MISHAP = `(?:say|said|forget|lose|understand|see|know|feel|remember|fail|mess|miss|laugh|cry|wonder|hear|find|fall|end|love|hate|want|wanted|think|thought|did|do|had|get|regret|break|burn|am|was|have|need|make|like|wish|try|go|come)`;
/** How things are set up, behind "is" or "are". */
const IS_SO = String.raw`(?:${OFTEN}|not )(?:${FOR_GOOD}|${SET_UP} (?:in|on|at|by|with|as|from|to|under|after|for|per|beside|until|like|year|an?) |called \S+(?=$|,|;| and| &)|${DONE} (?:by|every|each|always|only|on (?:${DAYS}|the (?:first|last))|within|after|with|as|once|twice|automatically|in the|daily|weekly|nightly)|(?:open|closed) (?:from ${NUMBER} (?:to|until|till)|between)|due (?:every|each|after|within|on ${DAYS}))`;
/** What a thing does, once it is set up. */
const DOES: string = [
  "(?:lives?|stays?|lie|lies) (?:in|on|at|under|beside|below) ",
  "listens? on |belongs? to |talks? to |points? to |connects? to ",
  `runs? (?:only|every|at ${NUMBER})`,
  `(?:opens?|closes?) (?:at ${NUMBER}|on ${DAYS})`,
  `(?:starts?|begins?|ends?) (?:in ${MONTH}|at ${NUMBER}.*(?:every|each|nightly|daily|utc))`,
  "(?:start|begin|end) (?:with|without) ",
  "never (?:leaves?|touch(?:es)?|goe?s?|runs?|ships?) ",
  "go(?:es)? (?:through|via) (?!the roof|an? |this)",
  "(?:only (?:takes?|understands?|accepts?|supports?|ships? to|reaches|speaks|reads|covers|serves|sells)|(?:takes?|understands?|accepts?|ships? to) only) (?!my|the|me)",
  "(?:faces|carry|carries) (?:north|south|east|west|no) ?",
  `(?:expires?|rotates?) (?:after|every)`,
  `(?:happens?|happen) (?:every|on ${DAYS}|between|after)`,
  `costs? ${NUMBER} .*(?:a|per) (?:day|week|month|year|quarter|person|user|seat)`,
  "(?:must|may) (?:only|never|not|always|stay) ",
  `needs? (?:an? running|at least|node|python|java) `,
].join("|");
/** The same of what is named: by its name, a number, a path. */
const DOES_NAMED = `(?:runs? (?:on|in|from|through|via|with|${NUMBER}|node|python|java)(?! (?:circles|trouble|errors))|comes? from|go(?:es)? (?:only )?(?:to(?! (?:page|line|step|waste))|in|into|under|out on)|uses?|follows?|supports?|reports? in|needs?|requires?|ships? to) `;

function forms(...sources: readonly string[]): RegExp {
  // Behind a blank, or at the end of a word.
  return new RegExp(String.raw`^(?:${sources.join("|")})(?:(?<=\s)|(?![\p{L}\p{N}-]))`, "u");
}

/** Something or someone of one's own, a kind of thing, a thing of the project: what all of them may be said to do. */
const THINGS = `(?:the |this |${OWN} )?(?:${NAME}){0,3}${THING}(?: (?:of|in|for|with|to|from|at) (?:the |our |my |this )?(?:${NAME}){0,2}${WORD})?`;

/** Forms that say enough by themselves. */
export const STRONG: readonly RegExp[] = [
  forms(
    // What a person is, has, and does as a standing thing.
    `(?:i'm|i am|we're|we are) (?:${BODY}|allergic to|(?:an? )?(?:${NAME}){0,2}${PROFESSION}(?=$|,| in | at | by | from | since | and )|${NUMBER} (?:people|persons|developers|engineers)(?=$|,| and))`,
    `${NUMBER} of us (?:are ${FOR_GOOD}|(?:cannot|can't|don't|do not) (?:eat|drink|use|drive|fly|speak))`,
    "(?:i'm|i am|we're|we are) an? (?:(?:small|large|young|remote) )?(?:team|family|company|firm|group|couple|startup|cooperative|band|school|shop) of ",
    "we have an? (?:(?:strict|hard|simple|firm) )?(?:rule|policy|convention)(?!\\p{L})",
    "(?:the|our) (?:rule|convention|policy|standard|agreement) (?:here )?is (?:that|to|no|never|always) ",
    `(?:by default|as a rule|usually|normally|generally|in general),? (?:we|i) (?:${REPEATED}|${STANDING}) ${CONCRETE}`,
    `(?:it's )?${OWN} (?:${NAME}){0,2}birthday (?:is )?on `,
    "\\S+(?: \\S+)? is (?:the|our) (?:minimum|standard|default|oldest|lowest)(?!\\p{L})",
    `(?:i|we) (?:have|'ve got) (?:${NUMBER}|an?|no|only) (?:${NAME}){0,2}${LASTING_OWN}(?=$|,| and | near | in (?!the|my|this))`,
    `i(?:'ve| have) (?:been )?(?:${NAME}){1,5}for (?:over |about )?${NUMBER} years`,
    `(?:i|we) ${OFTEN}${STANDING} (?!.* for (?:the|this|that|it)(?!\\p{L}))${CONCRETE}(?!the |an? )`,
    `(?:i|we) ${OFTEN}work (?:nights|part-time|full-time|remotely|freelance|from home|(?:in|at|for) an? (?:${NAME})?(?:hospital|school|bank|library|museum|shop|bakery|restaurant|lab|factory|office|university|hotel|garage|clinic|firm|agency|startup))`,
    "(?:i|we) live (?:alone|near |with |on (?:the|an?) |in an? )",
    "i (?:also )?(?:play (?:the|in an?)|sing in an?) ",
    `(?:i|we) (?:still|no longer|do not|don't|cannot|can't|never) (?:use|own|maintain|support|host|store|eat|drink|fly|allow|accept|speak) ${CONCRETE}(?!the )`,
    `(?:i|we) (?:don't|do not) (?:have|use|support|run) (?:${NAME}){1,3}(?:anymore|any more)`,
    `(?:i|we) (?:prefer|'d rather have|would rather have) ${CONCRETE}(?!the )(?:${WORD} )+(?:over|to|than|not|instead)`,
    "i(?:'d| would) rather have (?:\\p{L}+ )?\\p{L}+s ",
    "i (?:like|prefer|want) (?:my|short|long|small|plain|simple|concise|terse|dark|light) \\p{L}+s ",
    "i (?:think|count|calculate) in (?:metric|imperial|celsius|fahrenheit|kilom|miles|euros|dollars)",
    // What is one's own, and whom one knows.
    `${OWN} (?:${NAME}){0,4}(?:is|are) ${IS_SO}`,
    `(?:the |${OWN} )(?:${NAME}){0,4}(?:limit|fee|rent|salary|quota|budget)(?: (?:on|for|of|in) \\S+)? is ${NUMBER} (?:\\p{L}+ )*(?:a|per|at most|each) `,
    `${OWN} (?:${NAME}){0,3}(?:shell|editor|terminal|browser|distro|font|theme|command|domain|email|e-mail|prefix|port|address|stack|formatter|linter|framework|timezone|time zone|currency|thesis|nationality) (?:is|are) (?!\\p{L}+ed )`,
    `${OWN} (?:${NAME}){0,2}(?:${PERSON}|clients?|customers?|users?) (?:\\p{L}+ )?(?:is|are) (?:an? |mostly |mainly |all |both )(?:${NAME}){0,2}${PROFESSION}s?(?!\\p{L})`,
    `${OWN} (?:${NAME}){0,2}(?:son|daughter|child|kids|twins|brother|sister) (?:\\p{L}+ )?(?:is|are) in (?:(?:first|second|third|fourth|fifth|sixth|\\d+th) grade|kindergarten|university|college)`,
    `(?:i|we) have (?:${NAME}){0,3}${ILLNESS}(?!\\p{L})`,
    `${OWN} (?:${NAME}){0,2}(?:company|firm|team|shop|club|school|agency|studio|startup|restaurant|bakery|farm|choir|band|department) (?:sells|makes|builds|produces|offers|employs|designs|brews|publishes|rents|repairs) (?!me|us|it|the best)`,
    `${OWN} (?:${NAME}){0,3}${MACHINE} (?:has|have) (?:${NUMBER}|no) (?!tickets|errors|problems|issues|bugs|minutes|hours|days|meetings|chance|idea|time)(?:${NAME}){0,2}?\\p{L}+(?=$|,| and | in | of )`,
    `(?:i|we) (?:${REPEATED}|${STANDING}) (?:all (?:our|my)|every) (?:${NAME}){1,4}(?:in|on|at|to|with|by|under|through) `,
    `(?:i|we) pin (?:all|every) `,
    `${OWN} (?:${NAME}){0,2}${PERSON} prefers `,
    `(?:we're|we are) (?:open|closed) (?:in ${MONTH}|on (?:the )?${DAYS}|every|at weekends|from ${NUMBER}|over )`,
    "(?:i|we) live (?:two|three|\\d+|half an|an) (?:hours?|minutes|km|kilometres|miles) ",
    "\\S+ is (?:my|our) (?:main |only |usual )?(?:shell|editor|terminal|browser|distro|font|theme|stack|formatter|linter|framework|database)(?!\\p{L})",
    `${OWN} (?:${NAME}){0,4}(?:starts?|begins?|ends?) in ${MONTH}`,
    `${OWN} (?:${NAME}){0,3}is on the (?:first|second|third|fourth|fifth|sixth|top|ground) floor`,
    `${OWN} (?:${NAME}){0,3}\\p{L}+s (?:run on|come from|live in (?!fear|hope|peace)|belong to|start with|end with) (?!me |us |a lot|it)`,
    `(?:in|at) ${OWN} (?:${NAME}){0,1}?${WORD},? (?:the |all )?(?:${NAME}){1,3}(?:(?:is|are) ${IS_SO}|must |may )`,
    `${OWN} (?:${NAME}){0,4}(?:is|are) (?:on ${DAYS}|at ${NUMBER} (?:on|every)|in (?:celsius|fahrenheit|english|german|french|spanish|euros|dollars|(?:swiss )?francs|kelvin|metres|millimetres|inches|utc))`,
    `${OWN} (?:${NAME}){0,3}\\p{L}+s (?:may|must) (?:only |never |not |always |be |upload |stay )`,
    `${OWN} (?:${NAME}){0,2}${PERSON} (?:speaks |plays the|uses a (?:wheelchair|hearing aid|cane|screen reader)|keeps (?:bees|hens|goats|horses|sheep)|teaches|studies|eats no|has (?:${NAME}){0,2}${ILLNESS}|goes to (?:the )?(?:${NAME}){0,3}(?:school|university|college|kindergarten)|works (?:at|for|in|as) an? )`,
    `(?:${NAME}){1,3}(?:of|in|for|to|at|from) ${OWN} (?:${NAME}){1,3}(?:(?:is|are) (?:${IS_SO}|in \\p{L}+$|without |under )|${DOES})`,
    `(?:in|at|on) ${OWN} (?:${NAME}){0,1}?${WORD},? (?:we|i) (?:always |never |only |all )*(?:${REPEATED}|${STANDING}) ${CONCRETE}(?!the )`,
    "in this (?:repo|repository|codebase) (?:we|every|all|no) ",
  ),
  forms(
    // A rule for everything of a kind.
    `(?:every|each|any|all|whoever(?: (?:is|has|comes) \\p{L}+)?|everyone (?:on|in) the team)(?: (?:${NAME})*?| )(?:must|may|needs? (?!love|fix|an? fix|work|help)|requires?|gets? (?!an? (?:\\d|error))|uses? (?!the )|lives? (?:in|on|under)|has to|have to|carries|stays?|blocks?|belongs? to|(?:is|are) (?:${IS_SO}|under ))`,
    "only \\p{L}+ (?:has|have) (?:access|the (?:keys?|rights|password|master key)|admin rights)",
    "only (?!one|two)\\p{L}+ (?:\\p{L}+ )?may ",
    `(?:every|each) (?:${NAME}){1,4}has an? (?!cold|bad|point|headache|question|problem)`,
    "everything (?:we|i) \\p{L}+ (?:is|has|must|goes|stays) ",
    `an? (?:${NAME}){1,6}(?:must|may|blocks every|is ${IS_SO})`,
    `${NUMBER} (?:${NAME}){1,2}must (?:sign|approve|review|be) `,
    `(?:new|no|nobody|no one) (?:${NAME})*?(?:may|must|is allowed|are allowed|gets? (?!an? (?:\\d|error))|needs? (?!love)|(?:is|are) (?:${SET_UP}|${DONE}) \\p{L})`,
    `(?:nobody|no one) (?:${NAME}){0,4}(?:eats|drinks|merges|pushes|commits|deploys) (?!my|the)`,
    `nothing (?:${NAME}){1,4}(?:without|before) `,
    `no (?!errors?|luck|signs?|changes?|results?|output|problems?|issues?|trace|idea|news|warnings?|failures?|data|hits)(?:${NAME}){1,3}in (?:the |our )?(?:${NAME}){0,2}(?:code|codebase|production|prod|repo|tests|templates|api|docs|comments|logs|names|commits|core|kernel|engine|backend|frontend)(?!\\p{L})`,
    `no (?:${NAME}){1,3}(?:without|after ${NUMBER}|before ${NUMBER}|longer than|over ${NUMBER}|except) `,
  ),
  forms(
    // A thing of the project or the house.
    `${THINGS} (?:is|are) (?:${IS_SO}|without (?:tax|vat))`,
    `${THINGS} ${OFTEN}(?:${DOES})`,
    `(?:the |${OWN} )?(?:${NAME}){0,2}(?:shift|standup|office|school|practice|semester|workday|church|market) (?:starts?|begins?|ends?) at ${NUMBER}`,
    `the (?:${NAME}){0,4}(?:bus|ferry|tram|train|shuttle|tram)(?: to (?:the )?\\S+)? (?:runs?|stops) (?:only|every|on (?:weekdays|${DAYS}))`,
    `(?:the |${OWN} )?(?:${NAME}){0,3}${MACHINE} has (?:${NUMBER}|no) (?:${NAME})*?(?:cores?|gb|tb|mb|disks?|rooms?|desks?|people|employees|internet|gpu|dishwasher|windows|floors?|lift|screens?|monitors?|memory)(?!\\p{L})`,
    `(?:the |${OWN} )?(?:${NAME}){0,3}(?:has|have) (?:about |around |over |some )?(?:${NUMBER}|\\d+[km]) (?:million |thousand )?(?:users|members|customers|employees|students|tenants|inhabitants|hectares|beds|seats|branches|subscribers)(?!\\p{L})`,
    `(?:the |${OWN} )?(?:${NAME}){0,2}(?:table|index|topic|bucket|log|file)s? (?:has|have) (?:about |around |over )?(?:\\d+[km]|\\d{3,}|${NUMBER} (?:million|billion|thousand)) (?:rows|records|events|objects|lines)(?!\\p{L})`,
    `(?:the |${OWN} )?(?:${NAME}){1,3}costs? ${NUMBER} (?:\\p{L}+ )?(?:a|per) (?:day|week|month|year|person|user|seat|head) ?`,
    "\\S+/\\S* (?:is|are) (?:an? |for |where |only |generated|off limits|go$|rust|typescript|python|svelte|react|java|kotlin|c\\+\\+)",
    "(?:pull requests|prs|branches|commits|merges) are (?:squash|rebase|fast-forward)\\S*",
    "(?:branch(?:es)?|commits?|indent(?:ation)?|line length|naming|encoding|charset|timezone|quotes|licen[cs]e|commit style|code style|branch names|file names): ",
    "(?:table|column|variable|function|class|branch|file|commit|test) (?:names|subjects|messages) (?:(?:in|of) (?:this|the|our) \\S+ )?(?:are|use|stay|start|begin|end) ",
  ),
  forms(
    // How something is done: for what, then what is done.
    `for (?!those|these|sides|others)\\p{L}+s,? (?:we|i) (?:always |never |only )*(?:${STANDING}|${REPEATED}) ${CONCRETE}`,
    `(?:for|before|after|when|if|whenever) (?:an?|every|each|any) (?:${NAME}){0,4}?${WORD},? (?:we|i) (?:always |never |first |only )*(?:(?:${STANDING}|${REPEATED}) ${CONCRETE}|roll back )`,
    `to (?:deploy|release|publish|ship|test|build|restore|update|install|start) (?:the|an?|our|my) (?:${NAME}){0,3}?${WORD},? (?:we|i) (?:always |never |first )*(?:${STANDING}|${REPEATED}) ${CONCRETE}`,
    `(?:we|i) (?:deploy|release|publish|ship|build|test) (?:${NAME}){0,3}?(?:on ${DAYS}) `,
  ),
];

/** Forms that say enough where something in them is named: a name, a number, a path. */
export const NAMING: readonly RegExp[] = [
  forms(
    `my (?:${NAME}){0,3}(?:name|tongue|language|time zone|timezone)(?:'s| is) (?!not )`,
    "(?:i'm|i am|we're|we are) (?:from|based in) ",
    "(?:i'm|i am|we're|we are) on (?!page|line|step|row|my|the)\\S+(?: \\S+)? (?:everywhere|not|only)(?!\\p{L})",
    `(?:i|we) ${OFTEN}(?:(?:work|type|code|draw) (?:in|at|for|from|as|on)|speak|live in|use|host|deploy) (?!.* for (?:the|this|that|it)(?!\\p{L}))${CONCRETE}(?!the )`,
    `i run an? (?:${NAME}){0,2}(?:bakery|shop|company|farm|restaurant|business|studio|blog|podcast|school|nursery|agency) `,
    "i report to ",
    `${OWN} (?:${NAME}){0,3}(?:colou?rs?|style|layout|hours|diet|blood type|registrar|slogan) (?:is|are) `,
    "my favou?rite (?:\\p{L}+ ){1,3}(?:is|are) ",
    `(?:i|we) ${OFTEN}(?:follow|target|stick to|rely on|depend on) ${CONCRETE}(?!the |each )`,
    "(?:i'm|i am|we're|we are) in (?:the )?(?:\\S+ )?(?:time ?zone|utc|cet|gmt|pst|est)",
    "i (?:was born|grew up|studied|graduated|trained) (?:in|at|as|on|\\p{L}+ (?:in|at)) ",
    "(?:i'm|i am) (?:learning|studying) ",
    `${OWN} (?:${NAME}){0,4}(?:is|are) (?!parked|stuck|delayed|lost|blocked|gone|hidden|caught|stopped|moved|called)\\p{L}+(?:ed|en|lt) (?:with|by|in|on|over|through|via) `,
    `\\p{L}+s (?:for|from|to|of|in) (?:${NAME}){1,3}(?:leave|go|come|arrive|ship|run|live|need|get|use|must|stay|belong) `,
    "\\p{L}+ is (?:our|my) (?:\\p{L}+ )?(?:vendor|supplier|bank|provider|landlord|dentist|hoster)",
    "(?:i|we) (?:(?:switched|migrated) (?:from \\S+ )?|moved from \\S{2,} )to (?!\\S$|\\S )(?!the |an? |it|plan)",
    "i (?:learned|learnt|joined|founded|started|married) .* in \\d{4}",
    `(?:the|our|my) (?:${NAME}){0,2}(?:house|company|firm|school|church|flat|building|club|farm|shop) was (?:built|founded|opened|renovated) in \\d{4}`,
    `(?:i|we) keep (?:an?|our|my|all) (?:${NAME})+?in `,
    "(?:i|we) (?:host|run|keep|store|build|deploy|manage|track|do) everything (?:at|in|on|with|through|by) ",
    `(?:${NAME}){0,2}\\p{L}+s are (?!delayed|booked|cancelled|blocked|broken|stuck|closed|parked|invited|ordered|stopped|needed|reserved|skipped|thrown|raised|caught|covered)(?:\\p{L}+-)?\\p{L}+(?:ed|en|ept|ent) (?:to|in|by|with|as|from|via|through|at|under|on) `,
    `(?:i|we) (?:write|type|take) (?:all )?(?:my|our) (?:${NAME}){0,3}?\\p{L}+s (?:in|with|on) `,
    "call me (?!mon|tues|wednes|thurs|fri|satur|sun)",
    `we (?:deploy|release|publish|ship|build|host|monitor) (?:${NAME}){0,3}?(?:with|through|via) ${CONCRETE}(?!the )`,
    `${OWN} (?:${NAME}){0,4}(?:${THING}|${PERSON}|phone|bike|car|guitar|piano|camera) (?:is|are) an? `,
    `${OWN} (?:${NAME}){0,2}${PERSON} (?:works|lives) (?:at|for|in|as|from|near) `,
    `${THINGS} (?:is|are) (?:an? |${NUMBER} |under |in (?!my|his|her|the (?!basement|repo|vault|cloud|cellar))|(?:postgres(?:ql)?|mysql|mariadb|sqlite|mongodb|redis|debian|ubuntu|fedora|typescript|python|rust) )`,
    `${THINGS} ${OFTEN}${DOES_NAMED}`,
  ),
];

export const TOOLS: RegExp = new RegExp(String.raw`(?<!\p{L})${TOOL}(?!\p{L})`, "u");

/** A person with a standing part in the work: names are told by their capital. */
export const ROLE: RegExp = new RegExp(
  String.raw`^(?!(?:I|We|You|They|This|That|It|There|Here|What|Who|Which|Everyone|Everybody|Nobody|Someone|Something|Lunch|Dinner|Today|He|She)\s)(?:(?:Dr|Mrs?|Ms)\.? )?\p{Lu}[\p{L}\p{M}'-]+(?:,? and \p{Lu}[\p{L}'-]+)? (?:leads? (?!by|to|with|on|in|it)|owns? (?!it|this|that)|maintains?|approves?|signs|decides on|handles? (?:the|all|our)|reviews? (?:all|every)|looks? after|takes? care of|is the (?:one|person) (?:who|to ask)|is (?:our|my|the) (?:[\p{L}-]+ ){0,2}(?:${PROFESSION}|${PERSON}|terminal|editor)|is responsible for|is in charge of)(?:(?<=\s)|(?!\p{L}))`,
  "u",
);

/** "My manager is Ruth", "our domain is example.org": of what has a name for good. */
export const WHO: RegExp = new RegExp(
  String.raw`^(?:my|our) (?!(?:first|next|last|second|only|current) )(?:${NAME}){0,3}(?!(?:guess|bet|problem|issue|suspicion|suspect|bottleneck|culprit|plan|train|flight|bus|gate|seat|stop|goal|hope|idea|question|answer|choice|option|point|fear|worry|guest|date|table|room|appointment|deadline|wish|mood|excuse|exam|trip|turn|score|result|opponent|destination|meeting|talk|demo|party) )(?:${NAME})(?:for (?:${NAME})|in \S+ |at \S+ )?is (?:(?:dr|mrs?|ms)\.? )?`,
  "iu",
);
/** "I'm Tomasz", "I am Dutch". */
export const I_AM: RegExp = new RegExp(
  String.raw`^(?:I'm|I am|i'm|i am) (?!${MONTH}|${DAYS}?)\p{Lu}\p{Ll}+(?: \p{Lu}\p{Ll}+)?(?=$|,| and )`,
  "u",
);
export const CALENDAR: RegExp = new RegExp(String.raw`^(?:${DAYS}?|${MONTH})(?!\p{L})`, "iu");

/** A sign that something is so again and again. */
export const HABIT: RegExp = new RegExp(
  String.raw`(?<!\p{L})(?:(?:every|each) (?:other |second |first |last |${NUMBER} |working )?${TIME}|daily|weekly|monthly|yearly|by default|as a rule|in general|from now on|(?<!for )${DAYS}|on the (?:first|second|third|last) (?:working )?\p{L}+ of (?:the|each|every) (?:month|quarter|year)|in the (?:mornings|evenings)|in the morning and (?:in )?the evening|(?:mon|tues|wednes|thurs|fri|satur|sun)day (?:morning|afternoon|evening|night)s|at night|nights|on weekdays|on weekends|at weekends|(?:once|twice|${NUMBER} times) (?:a|per) ${TIME})(?!\p{L})`,
  "u",
);
/** A sign that it is a rule, where the verb may be one of a rule. */
export const AS_A_RULE: RegExp = new RegExp(
  String.raw`(?<!\p{L})(?:within|after|for) ${NUMBER} (?:working )?${PERIOD}(?!\p{L})|(?<!\p{L})only$|, (?:not|never) (?!yet|sure|now|really|bad|that|the|again|mind)`,
  "u",
);

const FEELS =
  "(?:say|said|forget|lose|feel|wonder|hear|wish|am|was|had|did|thought|think|regret|cry|laugh|hate|mess|miss|fail)";
const FAILS = String.raw`(?:breaks?|broken|freez\p{L}+|crash\p{L}*|hangs?|fails?|failing|hurts?|aches?|annoys?|complains?|dies|die|disappears?|forgets?|wakes?|screams?|barks?|kills?|late)`;

/** What a person does, or a thing of theirs: a sign of a habit stands in it. */
export const AGAIN: RegExp = forms(
  String.raw`(?:i|we) (?:don't |do not )?${OFTEN}(?!${FEELS}(?!\p{L}))\p{L}+ (?!it |them |him |her |that |this )`,
  String.raw`${OWN} (?!.*(?<!\p{L})${FAILS}(?!\p{L}))(?:${NAME}){1,5}`,
  String.raw`(?!.*(?<!\p{L})${FAILS}(?!\p{L}))${THINGS} (?:is|are|must|\p{L}+) `,
);
export const RULE_BY_ONE: RegExp = forms(`(?:i|we) ${OFTEN}${REPEATED} ${CONCRETE}(?!the )`);
export const POINTS: RegExp = /(?<!\p{L})(?:it|them|this|that)(?!\p{L})/u;
export const ALWAYS: RegExp = forms(
  `(?:i|we) (?:${REPEATED}|${STANDING}) always (?!it |that |this )`,
  String.raw`(?:i|we) (?:always|never|only) (?!${MISHAP}(?!\p{L}))(?:${REPEATED}|${STANDING}) ${CONCRETE}`,
  String.raw`(?!(?:he|she|it|they|you|this|that|these|those|people|kids|men|women|things)(?!\p{L}))(?:${NAME}){0,3}\p{L}{3,}s (?:always|never|only) (?:go|run|come|use|live|need|get|stay|start|end|are|have|pass|carry) (?!it |that |this |so |too )`,
);
