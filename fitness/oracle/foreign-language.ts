/**
 * Sentences that are not English. The rules for orders read English and a little of some languages: what they do
 * not read they cannot judge, and a human does.
 */

import { DATA, NOUN_VERBS, SMALL, VERBS } from "./english-words.ts";

/** Common in English, and in what is written on tools. */
const ENGLISH: ReadonlySet<string> = new Set(
  `the of to and in is it for with as on by from that this be are or not at an all each every one two no if when
  where which how what than then into out per its their them they has have can may must will does do only any
  between by its both given gives takes returns tells counts finds makes turns text texts word words line lines
  number numbers list lists name names value values date dates time times file files path case cases first last
  most least more less empty same other next after before without within over under up down too long short small
  large least left right day days month months year years hour hours minute minutes second seconds week unit units
  character characters letter letters digit digits key keys item items order result results input output error
  unknown invalid missing expected got found but there such also still yet length size count sum mean median
  holds begins ends needs part parts whole valid rows columns amount start end code string strings array object
  here nothing something too many few was were been would could should your you we he she who why so very just
  about again against because being during further having i me my our own same some these those through until whether among
  café cafés naïve façade cliché résumé déjà fiancé fiancée jalapeño piñata über crème voilà entrée protégé exposé`.split(
    /\s+/,
  ),
);

/** As English words end, and few of the languages without a word above. */
const ENGLISH_END =
  /(?:ing|tions?|ments?|able|ible|ness|ally|iz(?:es|ed)|[cs]hes|[^aeiou]ed|ents?|ght|ths?|wards?|ful|less)$/;

/** Common in other languages that are written in Latin letters, and no words of English. */
const FOREIGN: ReadonlySet<string> = new Set(
  `der das und ist nicht ein eine einen dem des von zu auf bei nach vor wenn dann immer alle alles jeder jede jedem
  jedes dieses diese dieser vorher zuerst wurde wird soll muss werkzeug nutzer benutzer bitte kein auch nur
  le la les une pas pour avec dans sur qui que cet cette ce ces tous toujours avant outil votre vous tout
  el los las por para con en esta este esto antes siempre todo todos lo se al del usuario usuarios
  il gli di che non una questo questa sempre tutti tutto quello quella utente utenti
  uma sempre todas tudo ao ferramenta het een niet voor deze dit altijd eerst hier gebruiker
  nie jest ze przez przed zawsze wszystkie och att det inte alltid detta og ikke altid dette denne
  ei kaikki aina ensin ennen az egy nem minden mindig ez ezt ve bir bu için olarak
  si toate nu prin yang semua selalu untuk dari sebelum ya na kwa wote yote kila
  els totes amb sva sve uvek ovaj je luon cong nay`.split(/\s+/),
);

/** As few letters of a script without blanks make a sentence. */
const LETTERS_OF_A_SENTENCE = 4;
const WORDS_OF_A_SENTENCE = 3;

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]{4,}/u;
const PROSE = /^[\p{L}\p{M}\s,'’"-]+$/u;
const LATIN_WORD = /\p{Script=Latin}[\p{Script=Latin}\p{M}]+/gu;
const OTHER_WORD = /(?!\p{Script=Latin})\p{L}(?:(?!\p{Script=Latin})[\p{L}\p{M}])+/gu;

/** Whether a text holds a sentence that is not English; names, single words and code are none. */
export function isForeign(text: string): boolean {
  const plain = text.normalize("NFC");
  return UNSPACED.test(plain) || plain.split(/[.!?;:\n]/).some(isForeignSentence);
}

/** How much of a text is words that are common in English or on tools, from 0 to 1. */
export function englishShare(text: string): number {
  const words = (text.match(LATIN_WORD) ?? []).map((word) => word.toLowerCase());
  const english = words.filter((word) => ENGLISH.has(word) || isEnglish(word));
  return words.length === 0 ? 0 : english.length / words.length;
}

function isForeignSentence(sentence: string): boolean {
  const others = sentence.match(OTHER_WORD) ?? [];
  const letters = others.join("").length;
  if (others.length >= WORDS_OF_A_SENTENCE && letters > LETTERS_OF_A_SENTENCE) return true;
  const words = (sentence.match(LATIN_WORD) ?? []).map((word) => word.toLowerCase());
  if (words.length < WORDS_OF_A_SENTENCE) return false;
  const english = words.filter(
    (word) => ENGLISH.has(word) || (word.length > 4 && ENGLISH_END.test(word)),
  ).length;
  const foreign = words.filter(
    (word) => !ENGLISH.has(word) && (FOREIGN.has(word) || /[^\0-\x7f]/.test(word)),
  ).length;
  if (foreign > english || (foreign > 0 && foreign === english)) return true;
  // Names and code have no word of English either: without a sign of another language only prose counts.
  return (
    english === 0 &&
    !words.some(isEnglish) &&
    words.length > WORDS_OF_A_SENTENCE &&
    PROSE.test(sentence)
  );
}

/** A short word stands in several languages, and says nothing. */
function isEnglish(word: string): boolean {
  const plain = word.replace(/s$/, "");
  return (
    plain.length > 3 &&
    [DATA, SMALL, VERBS, NOUN_VERBS].some((list) => list.has(word) || list.has(plain))
  );
}
