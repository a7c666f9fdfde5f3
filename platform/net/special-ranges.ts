/**
 * Addresses that are not public, after the registries of IANA. Also those that the registries call globally
 * reachable (anycast of protocols, AS112): no web page is there.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */

/** A range in CIDR notation, and what it is for. */
export type SpecialRange = readonly [range: string, use: string];

export const SPECIAL_IPV4: readonly SpecialRange[] = [
  ["0.0.0.0/8", "this network, RFC 791"],
  ["10.0.0.0/8", "private, RFC 1918"],
  ["100.64.0.0/10", "shared by a provider's customers, RFC 6598"],
  ["127.0.0.0/8", "loopback, RFC 1122"],
  ["168.63.129.16/32", "the host of a machine at Azure"],
  ["169.254.0.0/16", "link-local, where clouds answer with credentials, RFC 3927"],
  ["172.16.0.0/12", "private, RFC 1918"],
  ["192.0.0.0/24", "protocol assignments, RFC 6890"],
  ["192.0.2.0/24", "documentation, RFC 5737"],
  ["192.31.196.0/24", "AS112, RFC 7535"],
  ["192.52.193.0/24", "multicast tunnels, RFC 7450"],
  ["192.88.99.0/24", "6to4 relays, RFC 7526"],
  ["192.168.0.0/16", "private, RFC 1918"],
  ["192.175.48.0/24", "AS112, RFC 7534"],
  ["198.18.0.0/15", "benchmarks, RFC 2544"],
  ["198.51.100.0/24", "documentation, RFC 5737"],
  ["203.0.113.0/24", "documentation, RFC 5737"],
  ["224.0.0.0/4", "multicast, RFC 1112"],
  ["240.0.0.0/4", "reserved, RFC 1112"],
];

/** The first match counts: what carries an IPv4 address is told by its name. */
export const SPECIAL_IPV6: readonly SpecialRange[] = [
  ["::1/128", "loopback, RFC 4291"],
  ["::/128", "unspecified, RFC 4291"],
  ["::ffff:0:0/96", "an IPv4 address in another spelling, RFC 4291"],
  ["::/96", "an IPv4 address in another spelling, RFC 4291"],
  ["64:ff9b::/96", "an IPv4 address behind NAT64, RFC 6052"],
  ["64:ff9b:1::/48", "an IPv4 address behind NAT64, RFC 8215"],
  ["2002::/16", "an IPv4 address behind 6to4, RFC 3056"],
  ["2001::/32", "an IPv4 address behind Teredo, RFC 4380"],
  ["2001::/23", "protocol assignments, RFC 2928"],
  ["2001:db8::/32", "documentation, RFC 3849"],
  ["2620:4f:8000::/48", "AS112, RFC 7534"],
  ["3fff::/20", "documentation, RFC 9637"],
  ["fc00::/7", "private, RFC 4193"],
  ["fe80::/10", "link-local, RFC 4291"],
  ["ff00::/8", "multicast, RFC 4291"],
];

/** All that is handed out to the public so far. */
export const PUBLIC_IPV6 = "2000::/3";
