import { OrgError } from "#core/errors.ts";
import { parseJson } from "#core/json.ts";
import { MessagesAnswer } from "../anthropic/answer.ts";
import type { AnswerBody, ExplainError } from "../http/server.ts";
import { OllamaAnswer } from "../ollama/answer.ts";
import { BodyReader } from "../openai/body.ts";
import type { CassetteLine, RecordedEnd } from "./format.ts";
import { type Counts, keyOf, mapStrings, type Redact, readContent } from "./key.ts";

/** The lines of a recording in the making, in the order in which things happened. */
export class Tape {
  readonly lines: CassetteLine[] = [];
  readonly #redact: Redact;
  readonly #counts: Counts;
  readonly #open = new Set<Track>();
  #exchanges = 0;

  constructor(redact: Redact, counts: Counts = (content) => content) {
    this.#redact = redact;
    this.#counts = counts;
  }

  /** A request has come; it is recorded once it is answered. */
  begin(request: {
    readonly method: string;
    readonly route: string;
    readonly body: string;
  }): Track {
    const content = this.#counts(readContent(request.body, this.#redact));
    const { method, route } = request;
    const key = keyOf(content);
    const begin = () => {
      const exchange = this.#exchanges;
      this.#exchanges += 1;
      this.lines.push({ type: "request", exchange, method, route, key, content });
      this.#open.add(track);
      return exchange;
    };
    const write = (line: CassetteLine) => {
      this.lines.push(line);
      if (line.type === "end") this.#open.delete(track);
    };
    const track = new Track({ begin, write, redact: this.#redact });
    return track;
  }

  /** Ends what is still open, and looks whether a secret came through in pieces. */
  finish(): void {
    for (const track of this.#open) track.end("left");
    const count = this.#exchanges;
    for (let exchange = 0; exchange < count; exchange += 1) {
      const answer = answerText(this.lines, exchange);
      // A secret that is streamed token by token is in no chunk, but in their sum.
      if (this.#redact(answer) !== answer) throw secretRemains(exchange);
    }
  }
}

interface TrackOptions {
  /** @returns the number of the exchange. */
  readonly begin: () => number;
  readonly write: (line: CassetteLine) => void;
  readonly redact: Redact;
}

/** One exchange while it is recorded. */
export class Track {
  readonly #options: TrackOptions;
  readonly #startedAt: number = performance.now();
  // Text and not bytes, so that a redactor can read it: half a character waits for its other half.
  readonly #decoder = new TextDecoder();
  /** The beginning of a line whose end has not come yet, in pieces. */
  #line: string[] = [];
  #exchange = -1;
  #how: RecordedEnd | undefined;

  constructor(options: TrackOptions) {
    this.#options = options;
  }

  status(status: number, headers: Readonly<Record<string, string>>): void {
    this.#exchange = this.#options.begin();
    this.#options.write({ type: "status", exchange: this.#exchange, status, headers });
  }

  chunk(bytes: Uint8Array): void {
    this.#text(this.#decoder.decode(bytes, { stream: true }));
  }

  end(how: RecordedEnd): void {
    if (this.#how !== undefined) return;
    this.#how = how;
    this.#text(this.#decoder.decode());
    this.#write(this.#line.join(""));
    this.#options.write({ type: "end", exchange: this.#exchange, how });
  }

  /**
   * Keeps whole lines together, as a client cannot read less than one event: the network cuts where it likes,
   * and a secret in two halves would be in neither.
   */
  #text(text: string): void {
    const end = text.lastIndexOf("\n") + 1;
    if (end > 0) {
      this.#write(this.#line.join("") + text.slice(0, end));
      this.#line = [];
    }
    if (end < text.length) this.#line.push(text.slice(end));
  }

  #write(text: string): void {
    if (text === "") return;
    const atMs = Math.round(performance.now() - this.#startedAt);
    const { write, redact } = this.#options;
    write({ type: "chunk", exchange: this.#exchange, atMs, text: redactWire(text, redact) });
  }
}

/**
 * Takes secrets out of what a server sent: within the JSON of an event where it came whole, for a secret at
 * the end of its text must not take the quotation mark with it.
 */
function redactWire(text: string, redact: Redact): string {
  const clean = redact(text);
  if (clean === text) return text;
  const lines = text.split("\n").map((line) => redactEvent(line, redact));
  return lines.includes(undefined) ? clean : lines.join("\n");
}

/** @returns `undefined` for a line that is neither empty nor an event with JSON. */
function redactEvent(line: string, redact: Redact): string | undefined {
  if (line.trim() === "") return line;
  const [, head = "", json = ""] = /^(data: ?)?([{[].*)$/.exec(line) ?? [];
  const data = parseJson(json);
  if (data === undefined) return line === redact(line) ? line : undefined;
  const within = JSON.stringify(mapStrings(data, redact));
  // The name of a field may make a secret of its value.
  const clean = redact(within);
  return head + (parseJson(clean) === undefined ? within : clean);
}

/** The whole answer of a model in one exchange, put together. */
function answerText(lines: readonly CassetteLine[], exchange: number): string {
  const explain = ({ message }: { readonly message: string }) =>
    new OrgError(message, { code: "STREAM_ERROR", remedies: [] });
  const reader = readerOf(lines, exchange, explain);
  const encoder = new TextEncoder();
  const events = lines.flatMap((line) =>
    line.type === "chunk" && line.exchange === exchange
      ? reader.push(encoder.encode(line.text))
      : [],
  );
  let answer = "";
  for (const event of [...events, ...reader.end()]) {
    if (event.type === "text" || event.type === "reasoning") answer += event.text;
    else if (event.type === "call") answer += `\n${JSON.stringify(event.call.arguments)}\n`;
  }
  return answer + (reader.failure?.message ?? "");
}

/** How the text of an answer is found depends on the wire, which follows from the route. */
function readerOf(
  lines: readonly CassetteLine[],
  exchange: number,
  explain: ExplainError,
): AnswerBody {
  const request = lines.find((line) => line.type === "request" && line.exchange === exchange);
  const route = request?.type === "request" ? request.route : "";
  if (route === "/api/chat") return new OllamaAnswer({ explain });
  if (route === "/messages") return new MessagesAnswer({ explain });
  return new BodyReader({ explain });
}

function secretRemains(exchange: number): OrgError {
  return new OrgError("The recording was not saved", {
    code: "CASSETTE_INVALID",
    why: `in exchange ${exchange + 1} a secret came in several pieces, which cannot be removed one by one`,
    remedies: ["record it again without the secret"],
    unchanged: "No file was written.",
  });
}
