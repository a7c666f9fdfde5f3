/** What the generations of a home say when they are asked, as another program asks them. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import type { GenerationName } from "#home/home-paths.ts";
import { type GenerationRecord, readGeneration } from "#ops/processes/generation-record.ts";

export class ServedGenerations {
  readonly #home: string;
  readonly #proof: Readonly<Record<string, string>>;

  /** @param home the folder that is ORG_HOME. @param token of that home, where there is one. */
  constructor(home: string, token?: string) {
    this.#home = home;
    this.#proof = token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  async record(name: GenerationName): Promise<GenerationRecord> {
    const record = await readGeneration(this.#home, name);
    if (record === undefined) throw new Error(`There is no ${name} generation`);
    return record;
  }

  async port(name: GenerationName): Promise<number> {
    return (await this.record(name)).port;
  }

  async health(name: GenerationName): Promise<Record<string, unknown>> {
    return Object(
      await (await fetch(`${await this.#url(name)}/health`, { headers: this.#proof })).json(),
    );
  }

  /** What a tool answers to a call that no room knows of. */
  async call(name: GenerationName, tool: string, args: object): Promise<unknown> {
    return await (await this.#post(name, `/v1/tools/${tool}/call`, { args })).json();
  }

  /** What the answer to a message is, after all turns. */
  async answer(name: GenerationName, text: string): Promise<string> {
    const response = await this.#post(name, "/v1/messages", { text });
    const lines = response.body?.pipeThrough(new TextDecoderStream());
    let said = "";
    for await (const { event, data } of lines?.pipeThrough(new EventSourceParserStream()) ?? []) {
      if (event === "answer") said = String(JSON.parse(data).text);
    }
    return said;
  }

  async #post(name: GenerationName, path: string, body: object): Promise<Response> {
    return await fetch(`${await this.#url(name)}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...this.#proof },
      body: JSON.stringify(body),
    });
  }

  async #url(name: GenerationName): Promise<string> {
    return `http://127.0.0.1:${await this.port(name)}`;
  }
}
