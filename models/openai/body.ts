/** The body of an answer with status 200, whatever it turns out to be. */
import { OrgError } from "#core/errors.ts";
import { fieldsOf, parseJson } from "#core/json.ts";
import { SseReader } from "#core/sse.ts";
import { oneLine, readWireError } from "../http/error-body.ts";
import { joinTexts } from "../http/join-texts.ts";
import type { ProviderEvent } from "../provider.ts";
import { type DeltaOptions, DeltaReader } from "./deltas.ts";

/**
 * Reads a stream of events, or a whole completion or an error as plain JSON: some servers answer so
 * although a stream was requested, and the content type cannot be relied on. The first byte decides.
 */
export class BodyReader {
  readonly #deltas: DeltaReader;
  readonly #sse = new SseReader();
  #kind: "unknown" | "events" | "json" | "page" = "unknown";
  readonly #json: Uint8Array[] = [];
  #jsonBytes = 0;
  #failure: OrgError | undefined;

  constructor(options: DeltaOptions) {
    this.#deltas = new DeltaReader(options);
  }

  get failure(): OrgError | undefined {
    return this.#failure ?? this.#deltas.failure ?? this.#sse.failure;
  }

  /** Nothing more is to be read. */
  get isOver(): boolean {
    return this.#deltas.isOver || this.failure !== undefined;
  }

  /** The model has ended; the body may still go on. */
  get isFinished(): boolean {
    return this.#deltas.isFinished;
  }

  push(bytes: Uint8Array): readonly ProviderEvent[] {
    if (this.#kind === "unknown") this.#kind = kindOf(bytes);
    if (this.#kind === "events") return this.#read(this.#sse.push(bytes));
    if (this.#kind === "page") this.#failure = webPage();
    else this.#collect(bytes);
    // White space and half a byte order mark belong to whatever follows.
    return this.#kind === "unknown" ? this.#read(this.#sse.push(bytes)) : NOTHING;
  }

  /** The body is over. */
  end(): readonly ProviderEvent[] {
    if (this.failure !== undefined) return NOTHING;
    const last = this.#kind === "json" ? this.#whole() : this.#read(this.#sse.end());
    return this.failure === undefined ? [...last, ...this.#deltas.end()] : last;
  }

  #read(events: ReturnType<SseReader["push"]>): readonly ProviderEvent[] {
    const [first] = events;
    if (first === undefined) return NOTHING;
    // Nearly always one network packet is one event: no list has to be built for it.
    if (events.length === 1) return this.#deltas.push(first);
    return joinTexts(events.flatMap((event) => this.#deltas.push(event)));
  }

  #collect(bytes: Uint8Array): void {
    this.#jsonBytes += bytes.length;
    if (this.#jsonBytes <= MAX_JSON_BYTES) this.#json.push(bytes);
    else
      this.#failure = noAnswer(
        `its JSON has more than ${MAX_JSON_BYTES.toLocaleString("en")} bytes`,
      );
  }

  #whole(): readonly ProviderEvent[] {
    const text = new TextDecoder().decode(Buffer.concat(this.#json));
    const json = fieldsOf(parseJson(text));
    if (json["choices"] === undefined && readWireError(json) === undefined) {
      this.#failure = noAnswer(`it says ${JSON.stringify(oneLine(text))}`);
      return NOTHING;
    }
    const events = this.#deltas.push({ data: text });
    // A whole completion needs no end marker.
    return [...events, ...this.#deltas.push({ data: "[DONE]" })];
  }
}

const NOTHING: readonly ProviderEvent[] = [];
const MAX_JSON_BYTES = 16 * 1024 * 1024;

function kindOf(bytes: Uint8Array): "unknown" | "events" | "json" | "page" {
  for (const byte of bytes) {
    if (byte === 0x7b) return "json"; // {
    if (byte === 0x3c) return "page"; // <
    // White space and the bytes of a byte order mark may precede either.
    if (byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf) return "events";
  }
  return "unknown";
}

function noAnswer(why: string): OrgError {
  return new OrgError("The server sent an invalid answer", {
    code: "STREAM_ERROR",
    why,
    remedies: ["check that the address is that of an OpenAI-compatible server"],
    unchanged: "Nothing was said.",
  });
}

function webPage(): OrgError {
  return noAnswer("it is a web page; the address may lack a path, or a login stands in front");
}
