/** Output that a terminal would obey, or that shows a person something else, through the gate of all text. */
import { TextCleaner } from "#core/text/text-cleaner.ts";
import { type HostProbe, reached } from "./probe.ts";

/** What a screen must not get; beside it, whether it is a secret. */
const TEXTS: readonly (readonly [id: string, text: string])[] = [
  ["set-clipboard", "a\u001b]52;c;cm0gLXJmIH4=\u0007b"],
  ["read-clipboard", "a\u001b]52;c;?\u001b\\b"],
  ["set-title", "a\u001b]0;title\u001b\\b"],
  ["report-title", "a\u001b[21tb"],
  ["hide-link", "\u001b]8;;http://example.invalid\u001b\\here\u001b]8;;\u001b\\"],
  ["clear-screen", "a\u001b[2J\u001b[H\u001b[3Jb"],
  ["move-up", "real\u001b[1A\u001b[2Kforged"],
  ["invisible-colour", "a\u001b[8mhidden\u001b[0mb"],
  ["other-screen", "a\u001b[?1049hb"],
  ["mouse-reports", "a\u001b[?1003hb"],
  ["end-of-paste", "a\u001b[201~b"],
  ["keyboard-protocol", "a\u001b[>1ub"],
  ["ask-terminal", "a\u001b[c\u001b[6n\u001b[>qb"],
  ["ask-a-setting", "a\u001bP$qm\u001b\\b"],
  ["ask-a-capability", "a\u001bP+q544e\u001b\\b"],
  ["picture", "a\u001b_Gf=100;AAAA\u001b\\b"],
  ["sixel", "a\u001bPq#0;2;0;0;0#0~~\u001b\\b"],
  ["tmux-passes-through", "a\u001bPtmux;\u001b\u001b]52;c;eA==\u0007\u001b\\b"],
  ["privacy-message", "a\u001b^x\u001b\\b"],
  ["file-transfer", "a\u001b]1337;File=inline=1:AAAA\u0007b"],
  ["notification", "a\u001b]777;notify;a;b\u0007b"],
  ["working-folder", "a\u001b]7;file:///etc\u0007b"],
  ["print", "a\u001b[5ib"],
  ["reset", "a\u001bcb"],
  ["other-letters", "a\u001b(0lqk\u001b(Bb\u000eb\u000f"],
  ["control-c1", "a\u009b2Jb\u009d0;t\u009cc"],
  ["answer-back", "a\u0005b"],
  ["bell", "a\u0007b"],
  ["overwrite-line", "harmless\rrm -rf"],
  ["backspace", "rm\b\bls"],
  ["delete", "a\u007fb"],
  ["form-feed", "a\u000c\u000bb"],
  ["next-line", "a\u0085b"],
  ["line-separator", "a\u2028b"],
  ["reverse-text", "\u202etxt.exe"],
  ["isolate", "a\u2067b\u2069c"],
  ["invisible-text", "a\u200b\u2060\ufeffb"],
  ["tags", "a\u{e0041}\u{e0042}b"],
  ["selectors-as-letters", "a\ufe00\ufe01\ufe02\ufe03b"],
  ["more-selectors-as-letters", "\u00e9\u{e0100}\u{e0101}\u{e0102}\u{e0103}b"],
  ["fillers", "a\u3164\u115f\uffa0b"],
];

const SECRET = "org-probe-3141592653";

const SPLIT: readonly (readonly [id: string, text: string])[] = [
  ["plain", `key ${SECRET} key`],
  ["split-by-colour", "key org-probe\u001b[31m-3141592653 key"],
  ["split-by-nothing", "key org-pr\u200bobe-31\u00ad41592653 key"],
  ["split-by-a-title", "key org-probe\u001b]0;x\u0007-3141592653 key"],
  ["in-base64", `key ${btoa(SECRET)} key`],
  ["in-hexadecimal", `key ${Buffer.from(SECRET).toString("hex")} key`],
  ["in-an-address", `key https://example.invalid/?k=${SECRET}&x=1 key`],
  ["in-json", `key ${JSON.stringify({ password: SECRET })} key`],
  ["at-the-very-end", `key ${SECRET}`],
];

export const SCREEN: readonly HostProbe[] = [
  ...TEXTS.map(
    ([id, text]): HostProbe => ({
      id: `screen-${id}`,
      class: "screen",
      safe: "a terminal gets plain text, however it comes in",
      attempt: () => obeyed(inPieces(text, new TextCleaner())),
      weak: () => obeyed(text),
    }),
  ),
  ...SPLIT.map(
    ([id, text]): HostProbe => ({
      id: `secret-${id}`,
      class: "screen",
      safe: "a secret that is known is not shown in any of its forms",
      attempt: () => leaked(inPieces(text, new TextCleaner([SECRET]))),
      // Takes out what is known, to the letter, and then what a terminal would obey.
      weak: () => leaked(Bun.stripANSI(text.replaceAll(SECRET, "[redacted]"))),
    }),
  ),
];

/** What comes out of the gate, the text cut after each of its characters. */
function inPieces(text: string, cleaner: TextCleaner): string {
  const gate = cleaner.createTextGate();
  // UTF-16 code units: a stream may cut a character in two.
  return (
    text
      .split("")
      .map((piece) => gate.push(piece))
      .join("") + gate.end()
  );
}

// Two selectors in a row are in use; a chain of them is a hidden message. Half a character leaves this process
// as U+FFFD.
const OBEYED =
  /[^\P{C}\n\t\ud800-\udfff]|[\u2028\u2029\u3164\u115f\uffa0\u00ad]|[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{3}/u;

function obeyed(text: string): string {
  return reached(OBEYED.exec(text) === null ? undefined : text, text);
}

/** The secret as a person or a program puts it together again. */
function leaked(text: string): string {
  const forms = [SECRET, btoa(SECRET), Buffer.from(SECRET).toString("hex")];
  const whole = Bun.stripANSI(text).replace(/[\u200b\u00ad]/g, "");
  return reached(
    forms.find((form) => whole.includes(form)),
    text,
  );
}
