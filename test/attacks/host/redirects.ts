/** Answers that lead elsewhere, and settings of the surroundings that would. */
import { sendRequest } from "#platform/net/http-client.ts";
import { makeCertificate } from "../../certificate.ts";
import type { Certificate } from "../../web-server.ts";
import { PUBLIC } from "./addresses.ts";
import { type Attempt, type HostProbe, reached } from "./probe.ts";
import { type Answering, type Door, openDoor } from "./web-door.ts";

const never = new AbortController().signal;
let certificate: Certificate | undefined;

interface Lead {
  readonly id: string;
  readonly safe: string;
  /** What a server that may be asked answers; `door` is one that may not. */
  readonly answer: (door: Door) => Answering;
  /** @default "GET" */
  readonly method?: string;
}

const redirect = (location: string, status = 302): Response =>
  new Response("", { status, headers: { location } });

const LEADS: readonly Lead[] = [
  {
    id: "redirect-to-loopback",
    safe: "every place on the way is judged",
    answer: (door) => () => redirect(door.url("http://127.0.0.1:PORT/")),
  },
  {
    id: "redirect-to-another-spelling",
    safe: "every place on the way is judged",
    answer: (door) => () => redirect(door.url("http://0x7f.1:PORT/")),
  },
  {
    id: "redirect-to-ipv6",
    safe: "every place on the way is judged",
    answer: (door) => () => redirect(door.url("http://[::1]:PORT/")),
  },
  {
    id: "redirect-to-a-name",
    safe: "every place on the way is judged",
    answer: (door) => () => redirect(door.url("http://localhost:PORT/")),
  },
  {
    id: "redirect-without-scheme",
    safe: "every place on the way is judged",
    answer: (door) => () => redirect(door.url("//127.0.0.1:PORT/")),
  },
  {
    id: "redirect-of-a-post",
    safe: "what was sent is sent to no other host",
    answer: (door) => () => redirect(door.url("http://127.0.0.1:PORT/"), 307),
    method: "POST",
  },
  {
    id: "redirect-with-a-password",
    safe: "no name and no password is taken from an answer",
    answer: () => (request) =>
      new URL(request.url).pathname === "/"
        ? redirect(`${request.url.replace("http://", "http://name:password@")}next`)
        : new Response("welcome"),
  },
  {
    id: "redirects-without-end",
    safe: "there are at most five",
    answer: () => (request) => {
      const step = Number(new URL(request.url).searchParams.get("step") ?? 0);
      return step < 9 ? redirect(`/?step=${step + 1}`) : new Response("welcome");
    },
  },
];

const led = ({ id, safe, answer, method = "GET" }: Lead): HostProbe => ({
  id,
  class: "request",
  safe,
  attempt: async () => {
    await using door = openDoor();
    await using asked = openDoor(PUBLIC, answer(door));
    const rules = {
      ports: [asked.port, door.port],
      allowAddress: (address: string) => address === PUBLIC,
    };
    const url = asked.url(`http://${PUBLIC}:PORT/`);
    const got = await sendRequest({ method, url }, rules, never);
    return welcomed(new TextDecoder().decode(got.body), `status ${got.status}`);
  },
  weak: async () => {
    await using door = openDoor();
    await using asked = openDoor(PUBLIC, answer(door));
    return welcomed(await asked.fetch(`http://${PUBLIC}:PORT/`, { method }), "nothing");
  },
});

/** Each way is tried by our client and by plain `fetch`. */
interface Way {
  readonly id: string;
  readonly safe: string;
  readonly go: (ask: (url: string, ports: readonly number[]) => Promise<string>) => Promise<string>;
}

const WAYS: readonly Way[] = [
  {
    id: "file-address",
    safe: "only http and https are spoken",
    go: (ask) => ask("file:///proc/self/status", []),
  },
  {
    id: "data-address",
    safe: "only http and https are spoken",
    go: (ask) => ask("data:text/plain,welcome", []),
  },
  {
    id: "port-of-another-service",
    safe: "only the ports of the web are asked",
    go: async (ask) => {
      await using door = openDoor(PUBLIC);
      return await ask(door.url(`http://${PUBLIC}:PORT/`), [80, 443]);
    },
  },
  {
    id: "proxy-of-the-environment",
    safe: "it is not asked",
    go: async (ask) => {
      await using proxy = openDoor("127.0.0.1", "welcome by the proxy");
      await using asked = openDoor(PUBLIC, "the one that was asked");
      using _environment = setting("HTTP_PROXY", proxy.url("http://127.0.0.1:PORT"));
      const text = await ask(asked.url(`http://${PUBLIC}:PORT/`), [asked.port]);
      return welcomed(text, text);
    },
  },
  {
    id: "https-to-http",
    safe: "what was asked for in secret is not asked for in public",
    go: async (ask) => {
      await using open = openDoor(PUBLIC);
      await using closed = secureDoor(() => redirect(open.url(`http://${PUBLIC}:PORT/`)));
      return await ask(`https://page.example:${closed.port}/`, [closed.port, open.port]);
    },
  },
  {
    id: "certificates-are-switched-off",
    safe: "an unknown certificate counts for nothing",
    go: async (ask) => {
      await using closed = secureDoor(() => new Response("welcome"));
      using _environment = setting("NODE_TLS_REJECT_UNAUTHORIZED", "0");
      return await ask(`https://stranger.example:${closed.port}/`, [closed.port]);
    },
  },
];

const way = ({ id, safe, go }: Way): HostProbe => {
  const ours: Attempt = () =>
    go(async (url, ports) => {
      const rules = {
        ports,
        resolver: async () => [PUBLIC],
        allowAddress: (address: string) => address === PUBLIC,
        ...(url.includes("page.example") ? { authorities: certificateOf().cert } : {}),
      };
      return new TextDecoder().decode((await sendRequest({ url }, rules, never)).body);
    });
  const weak: Attempt = () =>
    go(async (url) => {
      const tls = url.includes("page.example") ? { ca: certificateOf().cert } : {};
      const address = url.replace(/(?:page|stranger)\.example/, PUBLIC);
      const known = { tls: { ...tls, checkServerIdentity: () => undefined } };
      return await (await fetch(address, known)).text();
    });
  return { id, class: "request", safe, attempt: ours, weak };
};

export const REDIRECTS: readonly HostProbe[] = [...LEADS.map(led), ...WAYS.map(way)];

function welcomed(text: string, instead: string): string {
  return reached(text.startsWith("welcome") ? text : undefined, instead);
}

function certificateOf(): Certificate {
  certificate ??= makeCertificate("page.example");
  return certificate;
}

function secureDoor(answer: () => Response): AsyncDisposable & { readonly port: number } {
  const server = Bun.serve({ hostname: PUBLIC, port: 0, tls: certificateOf(), fetch: answer });
  return { port: server.port ?? 0, [Symbol.asyncDispose]: () => server.stop(true) };
}

/** Sets a variable of this process for a while. */
function setting(name: string, value: string): Disposable {
  Bun.env[name] = value;
  return {
    [Symbol.dispose]: () => {
      delete Bun.env[name];
    },
  };
}
