/**
 * Words by which a sentence shows that it is not to be kept, in the languages of most users. What a rule is not sure of
 * it refuses: a note that is missed costs less than one that is wrong.
 */

/** Any of these phrases, as whole words, in a text that {@link plainText} has made plain. */
function phrases(...sources: readonly string[]): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${sources.join("|")})(?![\p{L}\p{N}])`, "u");
}

/** The same at the beginning alone, behind a greeting or a little word. */
function opening(...sources: readonly string[]): RegExp {
  const before = String.raw`^[^\p{L}\p{N}]*(?:(?:hi|hey|hello|ok|okay|so|and|but|then|well|oh|also|yes|no|now|next|first|thanks|great|perfect|hallo|und|dann|also|bitte)[\s,!.:–-]+)*`;
  return new RegExp(String.raw`${before}(?:${sources.join("|")})(?![\p{L}\p{N}-])`, "u");
}

/** Small letters, one blank, straight apostrophes, and no tag in front that says who is asked. */
export function plainText(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[’‘`´]/g, "'")
    .replace(/^(?:\s*@@[\w-]+[,:]?)+/, "")
    .replace(/\s+/g, " ")
    .trim();
}

const WHO =
  "i|you|we|he|she|it|they|there|this|that|these|those|the|my|our|your|any|anyone|anybody|someone|somebody|everyone|a|an";

export const QUESTION: readonly RegExp[] = [
  /[?？؟](?=["'”’)\]»]*(?:\s|$))|[¿？]/u,
  opening(
    "(?:what|which|who|whom|whose|where|when|why|how)(?:'s| is| are| was| were| do| does| did| can| could| should| would| will| has| have| much| many| long| often| come| about)",
    `(?:is|are|was|were|do|does|did|can|could|should|would|will|has|have|had|am|may|might|shall|isn't|aren't|don't|doesn't|didn't|can't|won't|wouldn't|couldn't|shouldn't) (?:${WHO})`,
    String.raw`(?:which|whose|how (?:much|many)) (?:[\p{L}\p{N}'-]+ ){0,3}[\p{L}\p{N}'-]+(?=[\s.!…]*$)`,
    "(?:any idea|any chance|any way|anyone know|i wonder|wondering|just wondering|just curious|tell me|do you know)",
    "(?:what|why|how|where|who|which)$",
    String.raw`how (?!(?:i|we|you|they|he|she|it|my|our|the) )\p{L}+ (?:is|are|was|were|do|does|did|can|could|should|will|would|has|have)`,
    String.raw`(?:what|which|whose) (?!(?:i|we|you|they|he|she|it|my|our|the) )\p{L}+ (?:is|are|was|were|do|does|did|can|could|should|would|will|might|may|must|has|have|had)`,
    // German, French, Spanish, Italian, Portuguese, Dutch.
    "(?:was|wer|wo|wie|warum|wieso|weshalb|wohin|woher|welche[rsnm]?) (?:ist|sind|war|waren|macht|machen|kann|kannst|können|soll|sollen|muss|müssen|hat|haben|heißt|geht|gibt|viele?|lange|wird|würde|weißt|meinst|hältst|denkst|bedeutet)",
    "(?:ist|sind|war|hat|hast|haben|kann|kannst|können|könntest|soll|sollen|sollte|muss|müssen|darf|gibt|weißt|magst|willst|würdest) (?:du|ich|wir|sie|er|es|ihr|das|der|die|den|man|mir|mein|meine|unser|unsere)",
    String.raw`(?:was|wer|wen|wem|wo|wie|wann|warum|wieso|weshalb|wohin|woher) \p{L}+ (?:ich|du|wir|man|es|er|sie|ihr)`,
    "est-ce que|qu'est-ce|est-il|peux-tu|pouvez-vous|as-tu|avez-vous|(?:pourquoi|comment|combien|quand|quel|quelle|quels|quelles) (?:est|sont|faire|ça|tu|vous|on|dois)",
    "(?:qué|cómo|cuándo|dónde|cuál|cuáles|quién|cuánto|cuántos) ",
    "(?:che cosa|cosa|come|quando|dove|perché|quale) (?:è|sono|faccio|fai|si|posso|puoi)",
    "(?:o que|como|quando|onde|por que|qual) (?:é|são|faço|posso|você)",
    "(?:wat|hoe|waarom|waar|wanneer|wie|welke) (?:is|zijn|doe|doet|kan|moet|heeft|werkt)",
  ),
  /[吗呢][。.!！]?$|ですか[。.]?$|ますか[。.]?$|(?<![\p{L}])(?:что|как|почему|где|когда|зачем) (?:это|мне|ты|вы|я|мы|делать)/u,
];

/** What is made up, a joke, or not certain. */
export const HYPOTHETICAL: readonly RegExp[] = [
  phrases(
    "suppos(?:e|ing)|imagin(?:e|ing)|what if|assum(?:e|ing)|let's (?:say|assume|pretend|imagine)|say (?:we|i|you|that)|pretend(?:ing)?|hypothetical(?:ly)?|in theory|theoretically|for the sake of|thought experiment|role-?play(?:ing)?|in (?:my|the|this|a|our) (?:novel|story|game|book|dream|fantasy|movie|scenario|example)|for (?:example|instance),? (?:if|say|a user)",
    "maybe|perhaps|might|possibly|presumably|probably|not sure|unsure|i guess|i wonder|could be|thinking (?:of|about)|considering|tempted to|i wish|if only|as if|would have|i'd have|could have|someday|some day|one day|toy(?:ing)? with",
    "(?:if|were|unless) .*(?:would|wouldn't|could|couldn't|'d)",
    "(?:would|wouldn't|could|couldn't|'d) .*if",
    "if (?:i|we|you|he|she|they|it) (?:were|had|was)|were (?:i|we|it) to",
    // German, French, Spanish, Italian, Portuguese, Dutch.
    "angenommen|nehmen wir an|gesetzt den fall|stell dir vor|was wäre wenn|wenn .*(?:wäre|hätte|hätten|würde|würden|könnte)|vielleicht|eventuell|möglicherweise|vermutlich|wahrscheinlich|ich glaube nicht sicher|hypothetisch|mal angenommen|(?:wäre|hätte|würde) .*wenn",
    "supposons|imagine qu|imaginons|et si|peut-être|probablement|si (?:j'avais|j'étais|on avait|nous avions)",
    "supongamos|imagina|imaginemos|y si|quizás?|tal vez|a lo mejor|probablemente|si (?:tuviera|fuera|tuviéramos)",
    "supponiamo|immagina|immaginiamo|e se|forse|magari|probabilmente|suponha|imagine que|e se|talvez|stel dat|misschien|waarschijnlijk",
  ),
  /(?<!\p{L})(?:предположим|представь|допустим|может быть|возможно|если бы)(?!\p{L})|假设|假如|如果.*的话|也许|可能|想象|もし|たとえば|かもしれ/u,
];

/** The whole line is not meant in earnest. */
export const JOKE: readonly RegExp[] = [
  phrases(
    String.raw`lol|lmao|rofl|ha(?:ha)+h?|hehe+|just kidding|only kidding|kidding|jk|j\/k|just joking|joking|(?:as )?a joke|sarcasm|just curious|april fool'?s?|not really|mdr|ptdr|jaja(?:ja)*|scherz|spaß|nur spaß|war nur ein witz|je plaisante|es broma|scherzo|brincadeira|grapje|шучу`,
  ),
  /[😂🤣😜😝🙃😉😏🤪]|(?:^|\s)[;:]-?[)PpDd](?:\s|$|[.!])|(?:^|\s)(?:xD|XD|xd)(?:\s|$|[.!])|\s\/s(?:\s|$)|哈哈|开玩笑|冗談/u,
];

/** A game in which the human plays a part begins: what is said in it is of the part. */
export const GAME: RegExp = phrases(
  "let's play|let us play|role-?play(?:ing)?|play (?:a game|the (?:part|role) of)|pretend (?:to be|that (?:you|i|we)|you|i'm|i am|we)|(?:you are|you're|you will be|you'll be|be) (?:my |an? |the )(?:[\\p{L}-]+ ){0,2}[\\p{L}-]+,? and i(?:'m| am|'ll be| will be)|i'll (?:be|play) (?:an? |the )[\\p{L}-]+,? (?:and )?you|(?:interview|quiz) me|lass uns .*spielen|wir spielen (?:ein|jetzt)|rollenspiel|tu so,? als|stell dir vor,? du|jouons|jeu de rôle|fais comme si|juguemos|juego de rol|giochiamo|vamos jogar|rollenspel",
  "(?:write|tell|make up|invent|continue|draft|create|imagine) (?:me |us )?(?:an? |the |another |our |my )?(?:(?!for |about |of |on |to |in |that |with )[\\p{L}-]+ ){0,3}(?:story|stories|novel|tale|fairy ?tale|scene|chapter|plot|screenplay|saga|legend|sitcom|comic)",
  "(?:schreib|erzähl|erfinde?)e? (?:mir |uns )?(?:eine? |die |das )?(?:[\\p{L}-]+ ){0,3}(?:geschichte|märchen|roman|szene)|(?:écris|raconte)(?:-moi)? (?:une? |l')(?:[\\p{L}-]+ ){0,2}(?:histoire|conte|roman)|(?:escribe|cuenta|cuéntame) (?:una? )(?:[\\p{L}-]+ ){0,2}(?:historia|cuento|novela)",
);

/** … and is over. */
export const GAME_OVER: RegExp = phrases(
  "(?:end of|stop|quit|leave|pause|enough of) (?:the|this|that) (?:game|play|role-?play|story)|game over|out of character|ooc|back to (?:work|business|reality|the (?:project|code|topic))|stop (?:playing|pretending)|let's (?:stop|get back)|seriously|ende des spiels|genug gespielt|zurück zur arbeit|fin du jeu|fin del juego|fine del gioco",
);

/** A short answer to the message before; what it is about stands in no word of its own. */
export const REACTION: RegExp =
  /^[^\p{L}\p{N}]*(?:(?:well|honestly|hm+|oh|yes|no|and|but|so|frankly|personally|actually|also|good|great|nice|cool|fine|ok|okay|right|sure|true),? )*(?:i|we)(?:'m|'d)? (?:(?:do|don't|do not|did|didn't|really|also|would|wouldn't|strongly|highly|totally|kind of|still|already|can|can't|cannot|could|couldn't|fully|quite|rather|very much|am|are) )*(?:doubt|agree|disagree|like|love|hate|think|believe|hope|know|see|guess|understand|understood|get|got|mean|meant|trust|remember|forgot|forget|tried|did|want|need|prefer|saw|knew|thought|liked|loved|enjoyed|expected|feared|noticed|wanted|figured|bet|care|suspected|suspect|happy|glad|sure|fine|ok)(?: (?:with|about|of|to|in|at|for))?(?: (?:it|that|this|so|you|them|him|her|those|these|both|not|one|much|all))*(?:,? (?:too|now|already|honestly|though|really|actually|frankly|a lot|very much|as well|either|indeed|completely|again|then|there|here|entirely|at all))*[\s.!…]*$/u;

/** How what was said or shown strikes the human. */
export const IMPRESSION: RegExp = phrases(
  "(?:sounds?|looks?|seems?|feels?|reads?|works?) (?:(?:a (?:bit|lot|little)|much|so|really|very|pretty|quite|way|even|more|too) )*(?:good|better|best|fine|great|right|ok|okay|nice|wrong|worse|bad|odd|strange|weird|off|promising|clean|cleaner|clear|clearer|well|reasonable|perfect|interesting|fair|familiar|likely|complicated)(?: (?:to|for) (?:me|us)| now| already| here| enough| than before)*(?=[.,;!…]|$)",
);

/** What the human did or felt once. What was changed for good says so: "I switched to Rust." */
export const ONCE: RegExp =
  /^[^\p{L}\p{N}]*(?:(?:well|oh|so|and|but|yes|no|ok|okay|sorry|oops|then),? )*(?:i|we) (?:have |had |just |already |accidentally |finally |somehow |only |also |even |'ve )*(?:deleted|removed|added|opened|closed|clicked|pushed|pulled|ran|tried|tested|checked|looked|saw|found|lost|forgot|broke|fixed|sent|wrote|read|slept|woke|ate|drank|went|came|got|gave|took|made|did|asked|told|said|called|typed|pressed|changed|edited|renamed|copied|pasted|saved|restarted|installed|uninstalled|upgraded|downgraded|updated|merged|reverted|committed|downloaded|uploaded|noticed|heard|felt|talked|spoke|met|bought|sold|finished|started|began|tripped|dropped|spilled|missed|waited|won|wandered|watched|played|printed|counted|measured|compared|asked)(?! (?:to|from|over to|away from|into) )(?!.* for [^.]*(?:years|decades))(?!\p{L})/u;

/** What goes on while the human writes. */
export const GOING_ON: RegExp = phrases(
  "(?:has|have|'s|'ve|had) been [\\p{L}]+ing(?!.* (?:years?|months?|decades?))",
  "(?:would|'d|might) be (?:so |very |really |quite |pretty )?(?:nice|great|good|cool|lovely|helpful|useful|handy|fun|better|best|awesome|fine|interesting)",
  "(?:here|there) (?:it|they|he|she|you|we) (?:is|are|go|goes|comes?)|here's (?:the|my|a|an|what)",
  "(?:weather|sun|rain|snow|wind|sky)(?: (?:is|was|looks|feels))|(?:it's|it is|it was) (?:raining|snowing|sunny|cold|hot|warm|windy|foggy|late|early|dark)",
);

/** A mood of the moment. */
export const EXCLAMATION: RegExp =
  /^[^\p{L}\p{N}]*(?:u+gh+|a+r+gh+|gr+|da+mn(?: it)?|dammit|wo+w|meh|wtf|omg|yikes|sigh|phew|boo|yay|woo+(?:hoo)?|hooray|whoa|ouch|oof|aw+|ew+|eek|jeez|gosh|holy|crap|shit|fuck|hell|hm+|huh|alas|oje|ach|verdammt|mist|mensch|puh|zut|merde|mince|mierda|caramba|joder|accidenti|uffa|nossa|puxa|чёрт|блин|ура)(?![\p{L}-])/iu;

/** It says something of the one who is spoken to. */
export const OF_THE_ADDRESSEE: RegExp =
  /^[^\p{L}\p{N}]*(?:(?:and|but|so|well|wow|no|yes|oh|honestly|today|once more|again),? )*(?:you(?:'re|'ve|'d|'ll)?|your (?:(?:last|first|new|second|other|previous) )?(?:answers?|code|output|solution|explanation|suggestion|idea|summary|version|program|script|text|translation|reply|mistake|example)|du|ihr|tu|vous|tú|usted)(?! can (?:reach|find|call|write|mail|ping|contact)) (?!(?:all|guys|both) )(?:really |just |also |still |always |never |have |did |do |don't |are |were |keep |can |should )*(?:are|were|was|is|have|had|did|do|does|made|make|forgot|missed|said|say|know|look|looks|seem|seems|sound|sounds|got|get|give|gave|wrote|write|told|tell|keep|broke|deleted|changed|saved|fixed|rock|helped|understand|misunderstood|confused|think|bist|hast|machst|warst|es|as|êtes|avez|eres|has|estás)(?!\p{L})/u;

/** It takes up what the other one has offered, and says nothing without that. */
export const AGREEMENT: RegExp = opening(
  String.raw`(?:deal|agreed|settled|done deal|fair enough|as you (?:say|like|wish|suggest(?:ed)?|propose(?:d)?)|whatever you (?:say|like|think|prefer)|your (?:way|call|choice)|you win|abgemacht|einverstanden|meinetwegen|von mir aus|d'accord|entendu|de acuerdo|d'accordo|combinado|akkoord|договорились|ладно)(?=\s*(?:[,.;:!–]|$|then|so (?:i|we)|i |we |it is|let|go))`,
  "(?:i|we|i'll|we'll|i will|we will) (?:do|take|go with|keep|try|use) (?:it |that |this )?(?:your|the (?:first|second|third|last|other|former|latter)) (?:way|one|option|version|idea|suggestion|proposal|variant)",
  String.raw`the (?:first|second|third|fourth|last|other|former|latter|shorter|longer|left|right) (?:one|option|version|variant|idea|of them)(?=\s*(?:[,.;!]|$|then|please|fits|looks|sounds|works|reads|feels|(?:would|will) do|is (?:better|best|fine|good|nicer|great|perfect|ok|okay|it)))`,
);

/** What is before the two of them while it is said: "this heat", "that bug". A thing that stays has a name of its own. */
export const BEFORE_US: RegExp = opening(
  "(?:this|that|these|those) (?!(?:days|repo|repository|project|company|team|code ?base|machine|laptop|computer|server|app|application|site|website|service|house|office|shop|system|cluster|database|room|home|year|is|was|are|were|means|one)(?!\\p{L}))\\p{L}+",
);

/** It continues the message before, and says nothing without that. */
export const BACKWARD: RegExp = new RegExp(
  String.raw`${opening("otherwise|instead|either way|in that case|on second thought|still no|same as before").source}|(?<!\p{L})(?:either|after all|as before|then)[.!…]*$|^the [\p{L}-]+ one[.!…]*$`,
  "u",
);

/** A habit of the one who is spoken to: "always" makes it no wish. */
export const YOUR_HABIT: RegExp =
  /^[^\p{L}\p{N}]*you (?:always|never|still|keep|and your) (?!(?:have to|must|should|need)(?!\p{L}))\p{L}+/u;

/** What a person or a thing does to the human's mood. */
export const BOTHERS: RegExp = phrases(
  "(?:is|are|was|were|'s|'re) (?:\\p{L}+ )?(?:killing|annoying|bothering|boring|confusing|scaring|bugging|stressing|exhausting) (?:me|us)|(?:annoys?|bothers?|bores?|confuses?|scares?|bugs?|tires?|exhausts?|worries|stresses|hurts?) (?:me|us|from|already)|(?:i am|i'm|we are|we're) (?:(?:so|very|really|quite|just|a bit|too|totally|absolutely) )*(?:happy|glad|sad|angry|mad|proud|excited|relieved|thrilled|tired|exhausted|bored|hungry|thirsty|frustrated|disappointed|impressed|confused|lost|stuck|curious|afraid|worried)(?=[\\s,.!…]|$)|on my nerves|wears? me out|makes? me (?:mad|sad|happy|angry|tired|laugh|cry|nervous)",
);

/** What the human did once, told without saying who: "saw a great film". */
export const WITHOUT_WHO: RegExp = opening(
  "(?:saw|went|forgot|ate|drank|slept|woke|got|took|gave|told|met|bought|sold|began|broke|lost|heard|felt|wrote|sent|spoke|won|tried|missed|watched)",
);

/** A guess without a word for it. */
export const GUESS: RegExp = opening("(?:must|should|could|may|might|can only) (?:be|have been)");

/** What a thing of the human's did once: it says when where that is worth to be known. */
export const HAPPENED: RegExp = opening(
  "(?:my|our|his|her|their|the) (?:[\\p{L}-]+ ){1,3}(?:broke|died|crashed|failed|fell|got lost|exploded|burst|leaked|arrived|rang|hung|froze|melted|ran (?:over|late|out|dry)|burned|burnt|tripped|vanished|disappeared)(?! (?:in|since) \\d)",
);

/** Something fails for the human at this hour. */
export const FAILING: RegExp = phrases(
  '(?:i|we)(?:\'m|\'re| am| are| still| always| also| now| just)? (?:keep |keeps |still )?(?:get|gets|got|getting|see|seeing|saw|hit|hitting|receive|received|run into|running into|ran into|stuck|having|face|facing|have) (?:an? |the |this |that |some |these |another |more )?(?:[\\p{L}-]+ ){0,3}(?:errors?|exceptions?|warnings?|crash(?:es)?|failures?|timeouts?|segfaults?|segmentation faults?|core dumps?|stack ?traces?|tracebacks?|issues?|problems?|troubles?|bugs?|conflicts?|"[^"]*")',
  "(?:doesn't|does not|don't|do not|didn't|won't|isn't|is not|aren't|stopped|not|never) (?:seem to )?(?:work|working|compile|compiling|start|starting|load|loading|respond|responding|build|building|connect|connecting|boot|render|install|help)(?: (?:for me|here|at all|properly|correctly|anymore|again|either))*(?=[.!…,]|$)",
  "(?:is|are|seems?|looks?|got|gets) (?:all |totally |completely |still |again )?(?:broken|stuck|down|hanging|frozen|crashing|failing|unreachable|slow again|red|on fire)(?: (?:again|here|for me|too))*(?=[.!…,]|$)",
  "(?:keeps?|kept) (?:on )?(?:failing|crashing|hanging|complaining|freezing|breaking|timing out|disconnecting|returning|throwing|saying|giving)|(?:hates|fights|ignores|mocks|drives) me|driving me|makes no sense|(?:geht|funktioniert|läuft|startet) (?:immer noch |wieder |einfach )?nicht|ne (?:marche|fonctionne|démarre) pas|no (?:funciona|arranca|compila)|non (?:funziona|parte|va)|não (?:funciona|inicia)|не (?:работает|запускается)",
);

/** What is typed into a shell: a program, and behind it nothing but options, paths and names of files. */
export const SHELL_LINE: RegExp =
  /^\s*(?:sudo )?(?:cat|ls|cd|cp|mv|rm|mkdir|touch|less|more|head|tail|grep|rg|find|sed|awk|git|npm|npx|pnpm|yarn|bun|bunx|deno|node|python3?|pip3?|uv|cargo|go|rustc|make|cmake|docker|podman|kubectl|helm|ssh|scp|rsync|curl|wget|tar|unzip|zip|chmod|chown|ps|kill|top|df|du|vim?|nano|code|open|echo|export|source|which|man|apt|apt-get|brew|systemctl|journalctl|tmux|psql|sqlite3|redis-cli|terraform|ansible|gcc|java|mvn|gradle|pytest|jest|tsc|eslint|ruff|mypy|diff|patch|tree|wc|sort|uniq|xargs|jq|ping|dig|nc)(?:\s+(?:-{1,2}[\w-]+(?:=\S+)?|\S*[./~*$=:@]\S*|\d+|[|&;<>]+|(?:add|commit|push|pull|status|diff|log|clone|checkout|switch|merge|rebase|stash|fetch|init|install|run|test|build|start|stop|ps|exec|apply|get|logs|up|down|list|show|check|fmt|dev|ci)(?!\S)))+\s*$/;

/** A line takes back what stands before it. */
export const RETRACTION: RegExp = phrases(
  "scratch that|never ?mind(?: that)?|forget (?:that|what i|it|about)|ignore (?:that|what i|my last)|disregard|strike that|i was wrong|that was wrong|that's wrong|i misspoke|i meant|my mistake|i lied|not true|wait,? no|no,? wait|correction|actually,? no|sorry,? (?:no|wrong|i meant|that|it's|it is|we)|oops|vergiss (?:das|es|was)|stimmt nicht|das war falsch|ich meinte|korrektur|moment,? nein|oublie (?:ça|ce)|je voulais dire|je me suis trompée?|olvida(?:lo)?|quise decir|me equivoqué|dimentica|volevo dire|esquece|laat maar",
);

/** Words that say that a wish is meant to last. */
const LASTING = phrases(
  "always|never|(?:don't|do not) ever|from now on|from here on|going forward|in (?:the )?future|every time|whenever|each time|by default|as a rule|in general|generally|(?<!(?:can|could|did|just|will|they|he|she) )call me (?!back|later|if|when|at|on|in|an?|the|once|after|before|tomorrow|up|again|crazy|old|to|about|from|so|it|what)\\p{L}+|immer|nie|niemals|ab jetzt|ab sofort|in zukunft|künftig|jedes mal|grundsätzlich|toujours|jamais|désormais|à l'avenir|siempre|nunca|de ahora en adelante|sempre|mai|d'ora in poi|altijd|nooit|voortaan|всегда|никогда|впредь",
);
const LASTING_SIGNS = /总是|永远不|从不|以后|いつも|常に|必ず|決して/u;

export function isLasting(plain: string): boolean {
  return LASTING.test(plain) || LASTING_SIGNS.test(plain);
}

/** What the human wants done, whatever else the sentence says. */
export const REQUEST: readonly RegExp[] = [
  phrases(
    "please|pls|plz|(?:can|could|would|will) (?:you|u|someone|somebody|we|i)|i (?:want|need|would like|'d like|'d love|'d appreciate)(?: for)? (?:you|u|python|agent|python's|a|an|some|help|to (?:see|know|add|fix|change|get|have|make|build|write|find|finish|understand|test|try|check|do|ask|run))|i'd (?:like|love|appreciate)(?: for)? (?:you|a|an|some|help|it|to)|(?:we|i) (?:need to|have to|want to|ought to|should) (?:fix|add|change|write|build|finish|check|look|debug|find|implement|remove|rename|update|test|review|investigate|figure)|let's|let us|you (?:should|must|need to|have to)|your (?:task|job) is|go ahead|help me|give me|show me|tell me|send me|make me|find me|remind me|let me|wake me|ask me",
    "bitte|kannst du|könntest du|würdest du|könnten sie|können sie|ich möchte,? dass du|ich will,? dass du|ich brauche (?:ein|eine|einen|hilfe)|lass uns|hilf mir|zeig mir|gib mir|sag mir|schreib mir|du sollst|du musst",
    "s'il te plaît|s'il vous plaît|stp|svp|peux-tu|pourrais-tu|pouvez-vous|pourriez-vous|j'aimerais que tu|je veux que tu|j'ai besoin (?:d'un|d'une|de ton|que)|aide-moi|montre-moi|donne-moi|dis-moi",
    "por favor|puedes|podrías|quiero que|necesito que|necesito (?:un|una)|ayúdame|muéstrame|dame|dime|per favore|puoi|potresti|voglio che tu|aiutami|mostrami|dammi|dimmi|você pode|pode me|quero que|preciso (?:de um|de uma|que)|me ajude|me mostre|alsjeblieft|kun je|zou je|ik wil dat je|help me|laat zien",
  ),
  /(?<!\p{L})(?:пожалуйста|можешь|сделай|напиши|покажи|помоги|скажи)(?!\p{L})|请|帮我|给我|ください|してくれ|お願い/u,
];

/** A lasting wish may begin so: the rest of the sentence is what counts. */
export const REMEMBER: RegExp =
  /^[^\p{L}\p{N}]*(?:please )?(?:(?:also )?(?:remember|note|keep in mind|bear in mind|don't forget|do not forget|for the record|fyi|for your information|merk dir|denk daran|denk dran|nota|note bien|recuerda|ricorda|lembre-se|onthoud)(?: this| that|,? dass|,? que| che| dat)?[\s:,–-]+)/u;

/** Verbs with which a sentence asks for something to be done. */
export const IMPERATIVE: RegExp = opening(
  String.raw`(?:don't|do not) (?!have |like |want |need |know |care )\p{L}+|(?:just|simply|quickly|now|carefully) (?!i |we |my |our |the |a |like )\p{L}+`,
  "(?:add|adapt|adjust|analy[sz]e|answer|append|apply|arrange|ask|assign|attach|benchmark|build|bump|calculate|call|cancel|change|check|choose|clean|clone|close|combine|commit|compare|compile|complete|compute|configure|connect|consider|continue|convert|copy|correct|count|create|cut|debug|define|delete|deploy|describe|design|disable|display|do|document|download|draft|draw|drop|edit|elaborate|email|enable|ensure|estimate|evaluate|execute|expand|explain|explore|export|extend|extract|fetch|figure|fill|filter|find|finish|fix|follow|format|generate|get|give|go|grep|group|guess|handle|help|hide|ignore|implement|import|improve|include|increase|insert|inspect|install|invent|investigate|join|keep|kill|leave|list|load|log|look|mail|make|mark|measure|merge|migrate|mock|move|name|normali[sz]e|note|open|optimi[sz]e|order|organi[sz]e|output|paste|pause|pick|plan|play|point|post|prepare|print|produce|profile|propose|prove|provide|publish|pull|push|put|query|quit|quote|rank|read|rebase|rebuild|recommend|record|redo|reduce|refactor|reformat|remove|rename|reorder|repeat|rephrase|replace|reply|report|reset|resolve|restart|restore|retry|return|revert|review|rewrite|rollback|run|save|scan|schedule|search|see|select|send|separate|set|share|shorten|show|simplify|skip|solve|sort|speak|split|squash|stage|start|stop|store|submit|suggest|sum|summari[sz]e|switch|take|talk|teach|tell|test|think|throw|tidy|touch|trace|track|transform|translate|treat|trim|try|turn|type|undo|unify|uninstall|update|upgrade|upload|use|validate|verify|view|visit|wait|walk|watch|wrap|write|remember|remind|forget)",
  "(?:schreib|schreibe|zeig|zeige|mach|mache|gib|finde|such|suche|erklär|erkläre|lösche|ändere|füge|prüfe|teste|starte|öffne|lies|nimm|nutze|benutze|verwende|erstelle|baue|übersetze|korrigiere|stell|stelle|vergleiche|fass|merk|sag|sage|lass|geh|antworte|sortiere|berechne|hilf|führe|installiere|formatiere|räum)",
  "(?:écris|montre|fais|donne|trouve|cherche|explique|supprime|change|ajoute|vérifie|ouvre|lis|crée|traduis|corrige|utilise|réponds|écrivez|faites|montrez)",
  "(?:escribe|muestra|haz|busca|explica|borra|cambia|añade|agrega|verifica|abre|lee|crea|traduce|corrige|usa|responde|scrivi|mostra|fai|trova|cerca|spiega|cancella|aggiungi|apri|leggi|traduci|correggi|usa|rispondi|escreva|mostre|faça|encontre|explique|apague|adicione|abra|leia|crie|traduza|responda|schrijf|toon|maak|zoek|leg|verwijder|voeg|controleer|vertaal|gebruik)",
);

/** Some of those words are nouns as well: "Commit messages are in English.", "Mark is my manager." */
export const NOUN_FIRST: RegExp =
  /^[^\p{L}\p{N}]*(?:answer|backup|batch|benchmark|branch|build|cache|call|change|code|commit|copy|cut|deploy|design|display|document|download|draft|edit|email|export|extract|filter|format|function|group|import|install|list|load|log|mail|mark|measure|merge|move|name|note|order|output|pause|plan|play|point|post|print|profile|pull|push|query|quote|rank|record|release|repeat|reply|report|reset|return|review|run|save|scan|schedule|search|set|share|sort|stage|start|stop|store|switch|talk|test|trace|track|transform|turn|type|update|upgrade|upload|use|view|visit|walk|watch|work)(?: (?!(?:this|that|it|these|those|which|what|whether|if|they|we|i|you|there|he|she|sure|all|everything|the|a|an|my|our|your|and|to|for)(?!\p{L}))[\p{L}\p{N}'-]+)? (?:is|are|was|were|isn't|aren't|has|have|must|should|may|can|cannot|can't|will|won't|needs?|takes?|happens?|goe?s?|runs?|lives?|lies?|lie|starts?|begins?|ends?|belongs?|stays?|works?|requires?|costs?|comes?|lands?|sits?|uses?|depends?|follows?|expires?|finish|finishes|fails?|means?|gets?|covers?|includes?|counts?|contains?)(?!\p{L})/u;

/** Words of courtesy, with which a short sentence begins that says nothing else. */
export const COURTESY: RegExp =
  /^[^\p{L}\p{N}]*(?:thanks?|thx|ty|cheers|fine|not bad|no worries|welcome|great|perfect|awesome|nice|cool|excellent|brilliant|well done|good (?:morning|evening|night|afternoon|job|work|point|idea)|hello|hi|hey|bye|see you|sorry|ok|okay|yes|yep|yeah|no|nope|sure|right|exactly|correct|got it|looks good|sounds good|danke|super|prima|hallo|guten|merci|bonjour|gracias|hola|grazie|ciao|obrigad[oa]|olá|bedankt|спасибо|привет|谢谢|ありがとう)(?!\p{L})/u;

/** What holds at this hour alone. */
export const OF_THE_HOUR: readonly RegExp[] = [
  phrases(
    String.raw`(?<!from )now|right away|today|tonight|tomorrow|yesterday|currently|at the moment|at present|presently|for the moment|for the time being|meanwhile|temporarily|for a (?:moment|minute|second|while)|in a (?:moment|minute|second|sec|bit|while)|just (?:a )?(?:moment|now|got|came|finished|started|woke|had|did|tried|ran|saw|pushed|merged|deployed|fixed)|brb|be right back|back soon|soon|shortly|later|earlier|recently|so far|still (?:waiting|running|working|trying|broken|failing)|this (?:morning|afternoon|evening|week|weekend|month|time|minute|hour|session|sprint|once)|(?:next|last|past) (?:week|weekend|month|night|hour|time|minute|few|monday|tuesday|wednesday|thursday|friday|saturday|sunday)(?! of (?:the|each|every) )|until (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|tonight|noon|lunch|then|later)|on my way|(?:a|an|one|two|three|four|five|six|ten|\d+|a few|few|some|several) (?:seconds?|minutes?|mins?|hours?|days?|weeks?) ago|since (?:about |almost )?(?:(?:a|an|one|two|three|five|ten|\d+|a few|some|several) (?:seconds?|minutes?|mins?|hours?|days?)|this morning|lunch|noon|breakfast)`,
    "(?:on|by|before|after|since|till|come) (?:(?:next|this|coming) )?(?:mon|tues|wednes|thurs|fri|satur|sun)day(?! (?:morning|afternoon|evening|night)s)|am (?:montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)(?= (?:habe|hab|ist|muss|fahre|kommt|geht))",
    "(?:while|when|as long as|until|till) .*(?:on (?:leave|holidays?|vacation|sick leave|parental leave|a trip)|away|out of (?:the )?office|off sick|abroad)|in the meantime|for (?:the )?(?:next|coming) (?:few )?(?:days?|weeks?|months?)|während .*(?:im urlaub|krank|weg) (?:ist|sind)",
    String.raw`in (?:about |around |another |the next )?(?:a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|half an?|\d+|a few|few|a couple of|some|several) ?(?:more )?(?:s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|days?|weeks?)`,
    String.raw`(?<!ab )jetzt|heute|gestern|vorgestern|übermorgen|(?<!(?:jeden|am) )morgen|gerade|momentan|zurzeit|zur zeit|im moment|derzeit|gleich|bald|später|vorhin|diese (?:woche|nacht)|dieser tage|diesen monat|heute abend|nächste[rns]? (?:woche|monat|mal)|letzte[rns]? (?:woche|monat|nacht)|in (?:einer|zwei|drei|vier|fünf|zehn|\d+|ein paar) (?:sekunden?|minuten?|stunden?|tagen?|wochen?)`,
    String.raw`maintenant|aujourd'hui|demain|hier (?:j'|on|nous|il|elle|soir|matin)|actuellement|en ce moment|pour l'instant|bientôt|tout à l'heure|ce (?:matin|soir)|cette semaine|la semaine prochaine|dans (?:une|deux|trois|\d+|quelques) (?:secondes?|minutes?|heures?|jours?)`,
    String.raw`(?<!de )ahora(?! en adelante)|hoy|(?<!la )mañana|ayer|actualmente|por el momento|pronto|más tarde|esta (?:mañana|tarde|noche|semana)|en (?:una|dos|tres|\d+|unas|unos) (?:segundos?|minutos?|horas?|días?)|adesso|oggi|domani|ieri|al momento|tra (?:un|due|tre|\d+) (?:minuti|minuto|ore|ora|giorni)|stasera|stamattina|agora|hoje|amanhã|ontem|no momento|daqui a|em (?:uma|duas|dois|\d+) (?:minutos?|horas?|dias?)|nu|vandaag|gisteren|vanavond|straks|over (?:een|twee|drie|\d+) (?:minuten|minuut|uur|dagen)|binnenkort`,
  ),
  /(?<!\p{L})(?:сейчас|сегодня|завтра|вчера|скоро|через (?:час|минуту|два|две|\d+))(?!\p{L})|现在|今天|明天|昨天|目前|刚才|马上|小时后|分钟后|今日|明日|昨日|(?<!\p{L})今(?!後)|さっき|後で|時間後|分後|지금|오늘|내일|어제/u,
];

/** A document or a program is said to say it: the human repeats it. */
export const REPORTED: RegExp = phrases(
  "(?:according to|as per|quot(?:e|ing|ed)|copied from|pasted from|from the (?:docs?|documentation|readme|logs?|output|page|article|file)|laut|gemäß|d'après|selon|según|secondo)",
  "(?:someone|somebody|people|they|everyone|the internet|some) [^,.;]*(?:claims?|claimed|allege|think|thinks|believe|believes)|allegedly|supposedly|rumou?rs?",
  "it (?:also |just )?(?:says?|said|reads)|(?:files?|readme|docs?|documentation|manual|pages?|website|site|logs?|outputs?|tools?|program|script|command|terminal|compiler|linter|article|tweet|post|e-?mails?|message|ticket|issue|comments?|error|header|footer|banner|note|notes|summary|changelog|license|contract|agreement|policy|law|invoice|letter|report|offer|study|survey|advert|label|datei|seite|ausgabe|protokoll|fehlermeldung|fichier|page|archivo|página) (?:also |now |just |always |still )?(?:says?|said|states?|stated|reads|claims?|claimed|alleges?|printed|tells?|told|wrote|mentions?|mentioned|recommends?|sagt|steht|behauptet|dit|dice)",
);

/** What was so, and is so no longer. */
export const UPDATE: RegExp = phrases(
  "any ?more|no longer|instead of|switched|migrated|moved (?:from|to|away)|changed (?:from|to|our|my|the)|replaced|stopped|gave up|dropped|used to|renamed|not .* but|anymore|since then|nicht mehr|kein(?:e|en|er)? .*mehr|statt|anstatt|gewechselt|umgestellt|umgezogen|ne .* plus|au lieu|ya no|en lugar|non .* più|não .* mais|niet meer|больше не",
);

/** A secret is told by words, whatever it looks like. */
export const SECRET_STATEMENT: readonly RegExp[] = [
  /(?<!\p{L})(?:passwor[dt]s?|passwd|pwd|passphrase|passcode|kennwort|pin(?:[ -]?(?:code|number|nummer))?|puk|tan|cvv|cvc|api[ -]?key|access[ -]?(?:key|token|code)|secret(?: key| token)?|private key|auth(?:entication)? (?:code|token)|recovery (?:code|phrase)|seed phrase|security (?:code|answer|question)|(?:door|gate|garage|entry|building|house|safe|vault|locker|lock|alarm|unlock) ?code|zugangscode|token|credentials?|login|iban|credit card(?: number)?|kreditkartennummer|social security(?: number)?|ssn|mot de passe|contraseña|clave|senha|wachtwoord|пароль|密码|暗証番号|パスワード)(?!\p{L})(?: (?:for|of|to|on|at|von|für|zum|zur|de|du|del|di|da|van)(?: [\p{L}\p{N}'-]+){1,3})? ?(?:is|are|=|:|was|lautet|ist|est|es|è|é|heißt|это|是|は)(?!\p{L}) ?(?!(?:in|kept|stored|not|never|required|managed|rotated|changed|mandatory|optional|needed|handled|hashed|encrypted|checked|set|read|taken|sent|shared|only|always|under|at least|too|generated|issued|valid|expired|case|im|nicht|nie|gespeichert|dans|stocké)(?!\p{L}))\S/u,
  /(?:密码|口令|暗証番号|パスワード)(?:是|为|為|は|：|:)/u,
  /\d{3}.*(?:do not|don't) tell|\d{3}.*(?:keep (?:it|that|this) to yourself|between (?:you and me|us))/u,
];
