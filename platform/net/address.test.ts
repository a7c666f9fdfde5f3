import { describe, expect, test } from "bun:test";
import { BlockList, isIP } from "node:net";
import fc from "fast-check";
import { parseAddress, whyNotPublic } from "./address.ts";
import { PUBLIC_IPV6, SPECIAL_IPV4, SPECIAL_IPV6, type SpecialRange } from "./special-ranges.ts";

test.each([
  "8.8.8.8",
  "1.1.1.1",
  "9.255.255.255",
  "11.0.0.0",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "172.15.255.255",
  "172.32.0.0",
  "192.0.1.0",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "2606:4700:4700::1111",
  "2a00:1450:4001:82a::200e",
  "2001:200::1",
  "2001:4860:4860::8888",
  "3ffe:ffff::1",
])("%s is public", (address) => {
  expect(whyNotPublic(address)).toBeUndefined();
});

describe("not public", () => {
  test.each([
    ["0.0.0.0", "this network"],
    ["0.255.255.255", "this network"],
    ["10.0.0.1", "private"],
    ["10.255.255.255", "private"],
    ["100.64.0.1", "provider"],
    ["100.127.255.255", "provider"],
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["168.63.129.16", "Azure"],
    ["169.254.169.254", "credentials"],
    ["172.16.0.1", "private"],
    ["172.31.255.255", "private"],
    ["192.0.0.8", "protocol"],
    ["192.0.0.9", "protocol"],
    ["192.0.2.1", "documentation"],
    ["192.31.196.1", "AS112"],
    ["192.52.193.1", "tunnels"],
    ["192.88.99.1", "6to4"],
    ["192.168.1.1", "private"],
    ["192.175.48.6", "AS112"],
    ["198.18.0.1", "benchmarks"],
    ["198.19.255.255", "benchmarks"],
    ["198.51.100.7", "documentation"],
    ["203.0.113.7", "documentation"],
    ["224.0.0.1", "multicast"],
    ["239.255.255.250", "multicast"],
    ["240.0.0.1", "reserved"],
    ["255.255.255.255", "reserved"],
    ["::1", "loopback"],
    ["0:0:0:0:0:0:0:1", "loopback"],
    ["::", "unspecified"],
    ["::ffff:127.0.0.1", "IPv4"],
    ["::ffff:8.8.8.8", "IPv4"],
    ["::ffff:7f00:1", "IPv4"],
    ["::127.0.0.1", "IPv4"],
    ["64:ff9b::10.0.0.1", "NAT64"],
    ["64:ff9b::808:808", "NAT64"],
    ["64:ff9b:1::1", "NAT64"],
    ["2002:7f00:1::", "6to4"],
    ["2001:0:4136:e378:8000:63bf:3fff:fdd2", "Teredo"],
    ["2001:2::1", "protocol"],
    ["2001:10::1", "protocol"],
    ["2001:1ff:ffff::1", "protocol"],
    ["2001:db8::1", "documentation"],
    ["3fff::1", "documentation"],
    ["3fff:fff::1", "documentation"],
    ["2620:4f:8000::1", "AS112"],
    ["fc00::1", "private"],
    ["fd12:3456::1", "private"],
    ["fe80::1", "link-local"],
    ["febf::1", "link-local"],
    ["fec0::1", "outside of 2000::/3"],
    ["ff02::1", "multicast"],
    ["100::1", "outside of 2000::/3"],
    ["5f00::1", "outside of 2000::/3"],
    ["4000::1", "outside of 2000::/3"],
    ["1fff:ffff::1", "outside of 2000::/3"],
  ])("%s: %s", (address, why) => {
    expect(whyNotPublic(address)).toContain(why);
  });

  test.each([
    "0x7f.1",
    "2130706433",
    "127.1",
    "0177.0.0.1",
    "127.0.0.1.",
    "127.0.0.01",
    "256.1.1.1",
    "1.2.3",
    "1.2.3.4.5",
    "8.8.8.8 ",
    "８.8.8.8",
    "fe80::1%eth0",
    "2606:4700::1%0",
    "[2606:4700::1]",
    "2606:4700::1::2",
    "2606:4700",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7::8",
    "2606:4700::12345",
    "2606:4700::8.8.8",
    "::8.8.8.8:1",
    ":1:2:3:4:5:6:7",
    "2606:4700:::1",
    "",
    "localhost",
  ])("%j is not a plain address", (address) => {
    expect(whyNotPublic(address)).toBe("is not a plain IPv4 or IPv6 address");
  });
});

test("agrees with the system's own list of ranges, whatever the address", () => {
  // One list for each family: the system takes an IPv4 address for its IPv6 spelling, too.
  const special4 = blockList(SPECIAL_IPV4, "ipv4");
  const special6 = blockList(SPECIAL_IPV6, "ipv6");
  const global = blockList([[PUBLIC_IPV6, ""]], "ipv6");
  const nearBorder = fc
    .tuple(fc.constantFrom(...SPECIAL_IPV4), fc.integer({ min: -2, max: 2 }))
    .map(([[range], offset]) => shift(range.split("/")[0] ?? "", offset));
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), nearBorder), (address) => {
      expect(whyNotPublic(address) !== undefined).toBe(special4.check(address, "ipv4"));
    }),
    { numRuns: 500 },
  );
  fc.assert(
    fc.property(
      fc.ipV6().filter((address) => !address.includes(".")),
      (address) => {
        const isPublic = global.check(address, "ipv6") && !special6.check(address, "ipv6");
        expect(whyNotPublic(address) === undefined).toBe(isPublic);
      },
    ),
    { numRuns: 500 },
  );
});

function blockList(ranges: readonly SpecialRange[], family: "ipv4" | "ipv6"): BlockList {
  const list = new BlockList();
  for (const [range] of ranges) {
    const [base = "", bits] = range.split("/");
    list.addSubnet(base, Number(bits), family);
  }
  return list;
}

/** The address that lies so many addresses behind another one. */
function shift(address: string, offset: number): string {
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0) + offset;
  return [24, 16, 8, 0].map((bits) => (value >>> bits) & 255).join(".");
}

test("reads exactly what the system reads, but for zones", () => {
  const text = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.ipV4Extended(),
    fc.string({ unit: fc.constantFrom(..."0129af:.%x"), maxLength: 20 }),
  );
  fc.assert(
    fc.property(text, (address) => {
      const family = address.includes("%") ? 0 : isIP(address);
      expect(parseAddress(address)?.family ?? 0).toBe(family);
    }),
    { numRuns: 1000 },
  );
});

test("every spelling of an IPv6 address is the same address", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }),
      (groups) => {
        const long = groups.map((group) => group.toString(16).padStart(4, "0")).join(":");
        const short = new URL(`http://[${long}]/`).hostname.slice(1, -1);
        expect(parseAddress(short)).toEqual(parseAddress(long.toUpperCase()));
      },
    ),
  );
});
