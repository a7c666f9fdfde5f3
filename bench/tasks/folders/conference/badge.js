function badge(name, role) {
  const [first, ...rest] = name.split(" ");
  const last = rest.at(-1) ?? "";
  return `${role.slice(0, 3).toUpperCase()}-${first[0]}${last.slice(0, 4).toLowerCase()}`;
}

console.log(badge("Ruth Adeyemi", "speaker"));
console.log(badge("Tom van Dijk", "helper"));
