/** Addresses that lead to this machine or its neighbours, in every spelling, and names that resolve to them. */
import { sendRequest } from "#platform/net/http-client.ts";
import { pinAddress } from "#platform/net/pin.ts";
import { parseTarget } from "#platform/net/target.ts";
import { type HostProbe, held, reached } from "./probe.ts";
import { openDoor } from "./web-door.ts";

const never = new AbortController().signal;

/** `PORT` is that of a server on 127.0.0.1 and on ::1. */
const SPELLINGS: readonly (readonly [id: string, url: string])[] = [
  ["plain", "http://127.0.0.1:PORT/"],
  ["short", "http://127.1:PORT/"],
  ["one-number", "http://2130706433:PORT/"],
  ["hexadecimal", "http://0x7f000001:PORT/"],
  ["octal", "http://0177.0.0.1:PORT/"],
  ["mixed-bases", "http://0x7f.0.1:PORT/"],
  ["circled-digits", "http://①②⑦.⓪.⓪.①:PORT/"],
  ["full-width-dots", "http://127。0。0。1:PORT/"],
  ["percent-signs", "http://%31%32%37.0.0.1:PORT/"],
  ["dot-at-the-end", "http://127.0.0.1.:PORT/"],
  ["another-loopback", "http://127.9.9.9:PORT/"],
  ["any-address", "http://0.0.0.0:PORT/"],
  ["zero", "http://0:PORT/"],
  ["by-name", "http://localhost:PORT/"],
  ["by-name-in-capitals", "http://LOCALHOST.:PORT/"],
  ["ipv6", "http://[::1]:PORT/"],
  ["ipv6-any-address", "http://[::]:PORT/"],
  ["ipv6-mapped", "http://[::ffff:127.0.0.1]:PORT/"],
  ["ipv6-mapped-hexadecimal", "http://[0:0:0:0:0:ffff:7f00:1]:PORT/"],
  ["behind-a-name", "http://page.example@127.0.0.1:PORT/"],
  ["behind-a-password", "http://page.example:80@127.0.0.1:PORT/"],
  ["before-a-fragment", "http://127.0.0.1:PORT#@page.example/"],
  ["backslashes", "http:\\\\127.0.0.1:PORT\\@page.example/"],
  ["a-tab-within", "http://127.0\t.0.1:PORT/"],
  ["without-slashes", "http:127.0.0.1:PORT/"],
  ["blanks-around", "  http://127.0.0.1:PORT/\n"],
];

const spelling = ([id, url]: readonly [string, string]): HostProbe => ({
  id: `address-${id}`,
  class: "request",
  safe: "the server is not asked",
  attempt: async () => {
    await using door = openDoor();
    const rules = { ports: [door.port, 80] };
    const answer = await sendRequest({ url: door.url(url) }, rules, never);
    return new TextDecoder().decode(answer.body);
  },
  weak: async () => {
    await using door = openDoor();
    return await door.fetch(url);
  },
});

/** Where a name leads that a resolver of the attacker answers for. */
const ANSWERS: readonly (readonly [id: string, address: string])[] = [
  ["this-network", "0.1.2.3"],
  ["private-10", "10.0.0.1"],
  ["shared-by-customers", "100.64.0.1"],
  ["loopback", "127.255.255.254"],
  ["cloud-credentials", "169.254.169.254"],
  ["private-172", "172.31.255.255"],
  ["protocols", "192.0.0.192"],
  ["documentation", "192.0.2.1"],
  ["as112", "192.31.196.1"],
  ["tunnels", "192.52.193.1"],
  ["relays", "192.88.99.1"],
  ["private-192", "192.168.1.1"],
  ["as112-of-private-names", "192.175.48.1"],
  ["benchmarks", "198.19.255.255"],
  ["documentation-2", "198.51.100.1"],
  ["documentation-3", "203.0.113.1"],
  ["multicast", "224.0.0.1"],
  ["reserved", "240.0.0.1"],
  ["broadcast", "255.255.255.255"],
  ["ipv6-loopback", "::1"],
  ["ipv6-unspecified", "::"],
  ["ipv6-mapped", "::ffff:10.0.0.1"],
  ["ipv6-mapped-public", "::ffff:93.184.216.34"],
  ["ipv6-compatible", "::127.0.0.1"],
  ["ipv6-translated", "::ffff:0:127.0.0.1"],
  ["nat64", "64:ff9b::7f00:1"],
  ["nat64-local", "64:ff9b:1::a00:1"],
  ["6to4", "2002:7f00:1::"],
  ["teredo", "2001:0:7f00:1::1"],
  ["orchid", "2001:20::1"],
  ["ipv6-documentation", "2001:db8::1"],
  ["ipv6-documentation-2", "3fff::1"],
  ["ipv6-as112", "2620:4f:8000::1"],
  ["ipv6-private", "fd00::1"],
  ["ipv6-link-local", "fe80::1"],
  ["ipv6-link-local-with-zone", "fe80::1%lo"],
  ["ipv6-site-local", "fec0::1"],
  ["ipv6-discard", "100::1"],
  ["ipv6-segment-routing", "5f00::1"],
  ["ipv6-multicast", "ff02::1"],
  ["no-address", "127.1"],
];

// What many programs take for a check, the cloud's address included.
const USUAL_LIST = /^(?:127\.|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)|^::1$|^f[cd]/;

// Only the choice of an address: were one let through, nothing must be dialled outside of this machine.
const answered = ([id, address]: readonly [string, string]): HostProbe => ({
  id: `name-to-${id}`,
  class: "request",
  safe: "no address is chosen",
  attempt: async () => {
    const { host } = parseTarget("http://page.example/");
    return await pinAddress(host, { resolver: async () => [address] }, never);
  },
  weak: () => reached(USUAL_LIST.test(address) ? undefined : address, "in the usual list"),
});

/** Allowed although not public: stands for a server of the Internet. */
export const PUBLIC = "127.0.0.2";

const SEVERAL: readonly HostProbe[] = (["first", "last"] as const).map(
  (place): HostProbe => ({
    id: `name-with-a-private-answer-${place}`,
    class: "request",
    safe: "one answer that is not public is enough to refuse",
    attempt: async () => {
      const answers = place === "first" ? ["127.0.0.1", PUBLIC] : [PUBLIC, "127.0.0.1"];
      await using door = openDoor();
      const rules = {
        ...{ ports: [door.port], resolver: async () => answers },
        allowAddress: (address: string) => address === PUBLIC,
      };
      const answer = await sendRequest(
        { url: door.url("http://page.example:PORT/") },
        rules,
        never,
      );
      return new TextDecoder().decode(answer.body);
    },
    // Looks at the first answer, and connects to whichever takes the connection.
    weak: async () => {
      await using door = openDoor();
      const answers = place === "first" ? ["127.0.0.1", PUBLIC] : [PUBLIC, "127.0.0.1"];
      if (answers[0] !== PUBLIC) held("the first is not public");
      const [open] = answers.filter((address) => address === door.address);
      return await door.fetch(`http://${open}:PORT/`);
    },
  }),
);

const REBINDING: HostProbe = {
  id: "name-that-changes-its-mind",
  class: "request",
  safe: "the address that was judged is the one that is asked",
  attempt: async () => {
    await using judged = openDoor(PUBLIC, "judged");
    await using _other = openDoor("127.0.0.1", "welcome", judged.port);
    const answers = [PUBLIC];
    const rules = {
      ...{ ports: [judged.port], resolver: async () => [answers.pop() ?? "127.0.0.1"] },
      allowAddress: (address: string) => address === PUBLIC,
    };
    const answer = await sendRequest(
      { url: judged.url("http://page.example:PORT/") },
      rules,
      never,
    );
    const text = new TextDecoder().decode(answer.body);
    return reached(text === "judged" ? undefined : text, "the judged one answered");
  },
  weak: async () => {
    await using judged = openDoor(PUBLIC, "judged");
    await using _other = openDoor("127.0.0.1", "welcome", judged.port);
    const answers = [PUBLIC];
    const resolve = (): string => answers.pop() ?? "127.0.0.1";
    if (resolve() !== PUBLIC) held("not public");
    // By the name again, as a client does that was handed the text that was checked.
    return await judged.fetch(`http://${resolve()}:PORT/`);
  },
};

export const ADDRESSES: readonly HostProbe[] = [
  ...SPELLINGS.map(spelling),
  ...ANSWERS.map(answered),
  ...SEVERAL,
  REBINDING,
];
