/** What may stand in the slot of a rule. Whether a path is there, only the room can tell. */

/** Most words of a query. */
const MOST_WORDS = 4;

const QUERY = /^[A-Za-z0-9][A-Za-z0-9 '-]*$/;

/**
 * Words that make more of an ending than a name: conjunctions, relative words, pronouns, negations, comparisons, and
 * prepositions that say when, where or for whom. "of" may stand in a name.
 */
const NO_NAMES: ReadonlySet<string> = new Set(
  [
    "and or but nor so yet then if unless because since while when whenever before after until than as else plus also too",
    "who whom whose which what where why how that",
    "i me my mine myself we us our ours you your yours yourself he him his she her hers it its itself they them their",
    "theirs this these those here there one ones everything anything something nothing everyone anyone someone stuff thing",
    "things not no never none without except only instead again older newer latest last next",
    "again today tomorrow yesterday tonight now later soon ago once twice already still ever first maybe perhaps really",
    "all any some each every either neither both many much few more most less least such same another other others etc",
    "above below following previous earlier yes per via within through during against out off",
    "can could will would should might must shall be been being am let lets und oder aber nicht",
    "excluding including containing matching using regarding concerning versus vs like unlike minus plus till sans wo",
    "sorted ordered grouped limited starting named called whichever whatever whoever whose somewhere anywhere everywhere",
    "somebody everybody nobody somehow cannot dont doesnt isnt wont five ten times quickly carefully thoroughly slowly",
    "briefly exactly properly immediately silently afterwards beforehand asap away verbose pls plz thanks thank thx ok okay",
    "right wrong correct sure guess stop cancel undo nevermind hello hi ohne mit pas sin senza",
    "in on at by to from for with about into over under between is are was were do does did has have had please",
  ].flatMap((row) => row.split(" ")),
);

/** Words that begin another wish: "memory: save the port" and "memory: forgetting the port" look for nothing. */
const WISHES: ReadonlySet<string> = new Set(
  [
    "add append ask call change clear compare copy count create delete describe drop edit erase explain fix forget get",
    "give help keep list make merge move open print put read remember remove rename replace reset run save send set show",
    "sort start stop store summarise summarize tell translate try update use write",
    "deleting erasing forgetting overwriting removing renaming saving sending updating",
  ].flatMap((row) => row.split(" ")),
);

/** Whether a text is a name to look for and not another wish: at most 4 plain words. */
export function isQuery(text: string): boolean {
  if (!QUERY.test(text)) return false;
  const words = text.toLowerCase().split(" ");
  if (words.length > MOST_WORDS || words.at(-1) === "of" || WISHES.has(words[0] ?? ""))
    return false;
  return words.every((word) => !NO_NAMES.has(word.replace(/'s$/, "")) && !word.endsWith("n't"));
}

const PATH = /^\w[\w.-]*(?:\/\w[\w.-]*)*\/?$/;

/** A path as it is looked for in the files of a room; `undefined` for what is not one, or begins or climbs outside. */
export function asPath(text: string): string | undefined {
  return PATH.test(text) ? text.replace(/\/$/, "") : undefined;
}
