/** What a model wrote, taken apart into text that Telegram shows plainly, as code, or bold. */

/** Text with the tags around it. Two that follow each other are read as one text. */
export interface Span {
  /** As a user reads it, without any markup. */
  readonly text: string;
  /** HTML, empty for plain text. */
  readonly open: string;
  readonly close: string;
}

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

export function plainSpan(text: string): Span {
  return { text, open: "", close: "" };
}

/** A block of code. @param language of it; one that Telegram's attribute cannot hold is left out. */
export function codeBlock(text: string, language = ""): Span {
  const name = /^[\w+#.-]{1,32}$/.test(language) ? language : "";
  if (name === "") return { text, open: "<pre>", close: "</pre>" };
  return { text, open: `<pre><code class="language-${name}">`, close: "</code></pre>" };
}

const OPENS = /^ {0,3}(`{3,}|~{3,})[ \t]*([^\s`]*)[^`]*$/;
const CLOSES = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;
const INLINE = /`([^`\n]+)`|\*\*([^*\n]+)\*\*/g;

interface Fence {
  readonly mark: string;
  readonly language: string;
}

/**
 * Reads fenced blocks, and within prose only `code` and **bold**: what is not understood stays as it was written, for a
 * half-understood markup would change what is read. A fence that is not closed goes on to the end.
 *
 * @returns spans whose texts, joined, are the lines of the source without those of the fences.
 */
export function spansOf(source: string): readonly Span[] {
  const spans: Span[] = [];
  let fence: Fence | undefined;
  let prose = "";
  let code: string[] = [];
  let isFirst = true;
  const endProse = (): void => {
    if (prose !== "") spans.push(...inlineSpans(prose));
    prose = "";
  };
  const endCode = (): void => {
    const text = code.join("\n");
    if (text !== "") spans.push(codeBlock(text, fence?.language));
    code = [];
  };
  for (const line of source.toWellFormed().split("\n")) {
    const next = fenceAfter(line, fence);
    if (next === fence) {
      // The break before a block belongs to the prose: within the block it would be a line of code.
      if (!isFirst && code.length === 0) prose += "\n";
      isFirst = false;
      if (fence === undefined) prose += line;
      else {
        endProse();
        code.push(line);
      }
      continue;
    }
    endCode();
    fence = next;
  }
  endCode();
  endProse();
  return spans;
}

/** The fence that is open behind a line; the same object where the line is none. */
function fenceAfter(line: string, fence: Fence | undefined): Fence | undefined {
  if (fence === undefined) {
    const [, mark, language = ""] = OPENS.exec(line) ?? [];
    return mark === undefined ? undefined : { mark, language };
  }
  const mark = CLOSES.exec(line)?.[1];
  return mark?.startsWith(fence.mark) === true ? undefined : fence;
}

function inlineSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const found of text.matchAll(INLINE)) {
    const [all, code, bold = ""] = found;
    if (found.index > from) spans.push(plainSpan(text.slice(from, found.index)));
    spans.push(
      code === undefined
        ? { text: bold, open: "<b>", close: "</b>" }
        : { text: code, open: "<code>", close: "</code>" },
    );
    from = found.index + all.length;
  }
  if (from < text.length) spans.push(plainSpan(text.slice(from)));
  return spans;
}
