import { afterAll, beforeAll, expect, test } from "bun:test";
import { makeCertificate } from "#test/certificate.ts";
import { type Certificate, WebServer } from "#test/web-server.ts";
import { type HttpRules, sendRequest } from "./http-client.ts";

const never = new AbortController().signal;
const clientFile = Bun.fileURLToPath(import.meta.resolve("./http-client.ts"));

let certificate: Certificate;
let server: WebServer;
beforeAll(async () => {
  certificate = makeCertificate("page.example");
  server = await WebServer.open((request, response) => {
    if (request.url === "/down") response.writeHead(302, { Location: server.url("/") });
    if (request.url === "/on") response.writeHead(302, { Location: "/" });
    response.end("hello");
  }, certificate);
});
afterAll(async () => await server[Symbol.asyncDispose]());

async function get(path: string, host = "page.example", rules: HttpRules = {}): Promise<string> {
  const url = server.url(path, host).replace("http:", "https:");
  const trusting = { ...server.rules, authorities: certificate.cert, ...rules };
  const { body } = await sendRequest({ url }, trusting, never);
  return new TextDecoder().decode(body);
}

const failed = (why: string) => ({ code: "NETWORK_FAILED", why: expect.stringContaining(why) });

test("the certificate is that of the name, though the connection goes to an address", async () => {
  expect(await get("/")).toBe("hello");
  expect(await get("/on")).toBe("hello");
});

test("a certificate for another name, or of an unknown authority, is refused", async () => {
  await expect(get("/", "other.example")).rejects.toMatchObject(failed("ALTNAME"));
  await expect(get("/", "127.0.0.1")).rejects.toMatchObject(failed("ALTNAME"));
  await expect(get("/", "page.example", { authorities: undefined })).rejects.toMatchObject(
    failed("SELF_SIGNED"),
  );
});

test("https does not lead to http", async () => {
  await expect(get("/down")).rejects.toMatchObject({
    wall: "downgrade",
    why: expect.stringContaining("leads from https to http"),
  });
});

test("the environment brings neither a proxy nor trust", async () => {
  await using trap = await WebServer.open((_request, response) => void response.end("trapped"));
  const proxy = `http://127.0.0.1:${trap.port}`;
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
  const program = `
    import { sendRequest } from ${JSON.stringify(clientFile)};
    const { signal } = new AbortController();
    const { port } = JSON.parse(process.argv.at(-1));
    const rules = { resolver: async () => ["127.0.0.1"], allowAddress: () => true, ports: [port] };
    const plain = await sendRequest({ url: process.argv.at(-2) }, { ...rules, ports: [Number(new URL(process.argv.at(-2)).port)] }, signal);
    console.log(new TextDecoder().decode(plain.body));
    await sendRequest({ url: "https://page.example:" + port + "/" }, rules, signal).catch((error) => console.log(error.why));
  `;
  await using page = await WebServer.open((_request, response) => void response.end("page"));
  await using child = Bun.spawn(
    [process.execPath, "-e", program, page.url("/"), JSON.stringify({ port: server.port })],
    {
      env: {
        NODE_USE_ENV_PROXY: "1",
        NODE_TLS_REJECT_UNAUTHORIZED: "0",
        ...Object.fromEntries(
          names.flatMap((name) => [
            [name, proxy],
            [name.toLowerCase(), proxy],
          ]),
        ),
      },
      stdout: "pipe",
      stderr: "ignore",
    },
  );
  expect(await child.stdout.text()).toMatch(/^page\nThe connection failed: .*SELF_SIGNED/);
  expect(trap.asked).toEqual([]);
});
