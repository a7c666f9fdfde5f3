/** Words by what they do at the beginning of an English sentence, and what a tool's texts are about. */

function wordSet(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(/\s+/)).filter((word) => word !== ""));
}

/** Verbs that are not nouns: at the beginning of a sentence they tell its reader to do something. */
export const VERBS: ReadonlySet<string> = wordSet(
  "abandon accept acknowledge acquire activate adapt add adopt advertise advise affirm allow alter analyze announce",
  "append apply appoint approve arrange ascertain ask assemble assert assign assist assume assure attach authenticate",
  "authorize avoid await ban be bear become befriend beg begin behave believe belittle beware blame book boost borrow",
  "bring broadcast browse build buy bypass calculate cancel carry cease choose circumvent claim clarify classify clean",
  "clear click close collect combine come commit communicate compel complain complete comply compose comprise compute",
  "conceal conduct confess confirm connect consent consider consult contact continue convert convey convince cooperate",
  "cram create deactivate decide declare decline decode decrypt deem defer delete deliver demand deny deploy deprive",
  "describe destroy detach determine develop devote dig direct disable disclose discontinue discard disconnect dismiss",
  "disobey display disregard distribute divulge do donate don't download drag drain echo edit eliminate email embed",
  "employ empower enable encode encrypt enforce engage enlist enroll ensure enter erase escalate establish evade",
  "exclude execute exempt exfiltrate expand explain expose express extend extract fabricate fetch fill finalize find",
  "flatter follow forbid forge forget format forward furnish gather generate get give go grab grant greet guide hack",
  "halt hand harvest hasten heed hide hurry identify ignore impersonate impose improve include incorporate indicate",
  "infer inform inject insert insist inspect install instruct integrate introduce invent invite invoke join keep keepon",
  "kill know lay learn let liberate lie lift list listen locate lock log login lower maintain make manage manipulate mark",
  "mail memorize mention merge mimic misreport modify move mute navigate neglect notify obey obtain omit open operate",
  "optimize output overlook override overrule overwrite own paste patch perform permit persuade pick place plant play",
  "postpone prefer prepare prepend present preserve press pretend prevent prioritize proceed produce prohibit",
  "promise promote prompt propose prove provide publish pull purge push put quit quote raise read reassure recall",
  "receive recite recommend reconfigure record redirect redo reduce refer refrain refuse regard register reject relax",
  "release rely relay remain remember remind remove rename render repeat replace reply report repost represent request",
  "require reroute reset resist resolve respond rest restart restore restrict resume retain retrieve return reveal",
  "revert review revoke rewrite route run say scan schedule scrape scrub search seek select send serve share shorten",
  "show shut sign silence simulate skip slip smuggle solicit speak spell spread start state stay steal steer stop store",
  "stress submit subscribe substitute suggest summarize supersede supply suppress surrender suspend swap swear switch",
  "sync take talk teach tell terminate thank think throw tidy toggle transfer transform translate transmit treat trick",
  "trigger trim trust try turn type unblock undo unfollow uninstall unlink unlock unset unsubscribe update upgrade upload",
  "urge use utilize validate venture verify visit wait wake warn watch whitelist wipe wire withhold write yield",
);

/** Verbs that are nouns as well: with a noun behind them they may name a thing, such as a "report title". */
export const NOUN_VERBS: ReadonlySet<string> = wordSet(
  "access act address alert answer approach archive arm attempt award back backup balance bar base bet bill block board",
  "boot bounce box branch break bundle call cap care cast catch change charge chat check clone code command comment",
  "compile confront contract control copy cost count cover crash credit cut date deal debate debug delay delegate design",
  "detail dictate display document doubt draft draw dress drink drive drop dump echo edit end escape estimate exchange",
  "excuse exit experiment export face fake favor feature feed field file filter fix flag flip flush focus fork",
  "frame freeze ghost grade group guard guess head help hint hold hook host import issue judge jump label launch lead",
  "leak leave lend level limit link list load loan log look loop mail map mark mask match message mirror mount move name",
  "note notice number offer open order output pack paint parse pass pause phone pin ping pipe pitch plan play plot point poll",
  "pop post praise present press print probe process program project prompt purchase query question quote race rank rate",
  "reach read record refund report request rescue reserve rest result retry return reverse review reward ride ring rise",
  "roll root round rule run sample save scan schedule score screen search seal sell set shape share shield shift ship show",
  "sign signal sleep smile sort sound source spend spin split spot stage stamp star start state step stop store stream stress",
  "strip study style sum support surprise switch tag target task test text thank touch trace track trade train transfer",
  "trap travel treat turn type update upgrade upload use value view visit voice vote wait walk warrant watch weigh",
  "whisper wire witness work worship wrap clean clear complete direct lower lock open own paste patch place",
  "build follow send book contact deposit format gather guide interest mute own perfect permit present produce progress rest second secure",
  "separate slow still subject total tidy warm welcome",
);

/** Verbs by which a person is asked for other arguments. */
export const HINTS: ReadonlySet<string> = wordSet(
  "add avoid begin call check choose close convert correct count divide enter escape expect fill fix flip format give",
  "include insert keep leave limit lower make mark multiply name narrow omit pass pick provide put quote raise record",
  "reduce remove repeat replace round see separate set shorten skip sort specify spell split start subtract supply swap",
  "take trim try type use write",
);

/** Verbs with which a description may begin, as if it told the tool what to do: "Convert miles to kilometres." */
export const TRANSFORMS: ReadonlySet<string> = wordSet(
  "add analyze apply build calculate capitalize check classify clean collapse combine compare compress compute",
  "concatenate convert count create cut deal decode deduplicate detect determine draw encode escape estimate evaluate",
  "expand explain extract factor fetch fill filter find flatten format generate get group hash indent insert invert join",
  "list look lookup make map mask match measure merge multiply normalise normalize pad parse pick produce quote read",
  "remove render repeat replace return reverse rotate round shorten shuffle simplify slice solve sort split square",
  "strip subtract sum summarise summarize swap tell test tokenize transform translate transliterate transpose trim",
  "truncate turn uppercase validate verify wrap write",
);

/** What arguments and results are made of. */
export const DATA: ReadonlySet<string> = wordSet(
  "abbreviation amount amounts answer array arrays base bit bits blank blanks boolean bound bounds bracket",
  "brackets byte bytes cell cells character characters code codes colon column columns comma commas count currency cut",
  "data date dates day days decimal decimals degree degrees delimiter digit digits dot dots duration element elements end",
  "entries entry error example expression extension field fields first format fraction fractions group groups head header",
  "headers heading headings hour hours hyphen hyphens id index input inputs integer integers interval item items json",
  "language last length letter letters level levels limit line lines list lists lower maximum minimum minus minute",
  "minutes mode month months name names null number numbers numeral numerals object objects offset operator option order",
  "output pair pairs part parts pattern patterns percent percentage period plus point points position precision prefix",
  "quantity quote quotes range rate ratio record records result results root roots row rows rule scale second seconds",
  "semicolon semicolons separator separators sequence set side sides sign size slash slashes space spaces start step steps",
  "string strings suffix sum tab tabs table term terms text texts time times title titles total type unit units upper value",
  "values variable variables width word words year years zero zeros week weeks weekday zone true false yes no none",
  "vector vectors seed node nodes matrix matrices numerator denominator remainder quotient exponent radius latitude",
  "longitude equation formula graph tree form forms weights product products polynomial angle angles",
  "accuracy break breaks capital capitals case edge edges height depth weight area angle frequency score price factor sample",
);

/** Words that say nothing of what a sentence is about. */
export const SMALL: ReadonlySet<string> = wordSet(
  "a about above after all allowed also always an and another any are as at be been before begins behind below beside",
  "between beyond both but by can comes contains decimal different distinct do does each either else empty ends equal even",
  "every exactly except few fewer for from full given gives greater half has have higher holds how if in inside instead",
  "into invalid is it its just kept known large larger least left less like long longer lower many may means missing more",
  "most must near need needs negative never next no non none nor not of off often on once one ones only open optional or",
  "other otherwise out over own per plain please positive possible present right same several shall short shorter should",
  "simple single small smaller so some such than that the their them then there these they this those through to too",
  "twice two three four five six seven eight nine ten hundred thousand million under unknown until up upper upon valid via",
  "was were what when where whether which while whole with within without works wrong you your i.e e.g etc either",
);

/** Verbs by which a text says what happens to the data of a call. */
export const PROCESSED: ReadonlySet<string> = wordSet(
  "accepted added assumed broken capped clamped collapsed compared compounded considered converted counted cut decoded",
  "discarded dropped encoded escaped excluded expanded filled folded given grouped ignored included inserted joined kept",
  "known left limited listed matched merged normalised normalized omitted padded parsed preserved put quoted read refused",
  "rejected removed repeated replaced reported resolved returned rounded separated shown skipped sorted split stripped",
  "meant supported taken trimmed truncated used wrapped written become becomes begin begins carry carries come comes cost costs",
  "count counts differ differs equal equals fail fails follow follows give gives hold holds keep keeps lie lies matter matters",
  "remain remains start starts stay stays wrap wraps empty missing zero negative positive optional absent",
);

/** The words of a sentence, names of files and code among them. */
export function wordsOf(clause: string): readonly string[] {
  return clause.match(/[\p{L}\d~/.@`_][\p{L}\p{N}'’_./@~`:+%°-]*/gu) ?? [];
}

/** A verb that is not a noun. */
export function isPureVerb(word: string): boolean {
  return VERBS.has(word) && !NOUN_VERBS.has(word);
}

export function isVerb(word: string): boolean {
  return VERBS.has(word) || NOUN_VERBS.has(word);
}

/** "Counts", "applies": said of one, such as a tool. */
export function isThird(word: string): boolean {
  return (
    /[^s]s$/.test(word) &&
    [word.slice(0, -1), word.slice(0, -2), `${word.slice(0, -3)}y`].some(isVerb)
  );
}

export function singular(word: string): string {
  return word.replace(/(?<=[^s])s$/, "");
}
