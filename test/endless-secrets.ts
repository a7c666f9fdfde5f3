/** The beginnings of everything that is looked for, to be repeated: nothing of it may be followed again and again. */
export const ENDLESS: readonly string[] = [
  ..."a|eyJ|eyJaaaaaaaa.|eyJaaaaaaaa-|sk-|sk-a-|xoxb-|AKIAABCD|ghp_aaaaaaa".split("|"),
  ..."//|://a:|https://aaaa:aaaa|&sig=a|12345678:AA|-u |-u a:b|--password ".split("|"),
  ...['password="', "pwd='pwd=\"", 'pwd=\\"pwd="pwd=\'pwd=`', "password: ", 'password : "a b c '],
  ..."pwd=))))))))|key=)|api key |token=a |PASSWORD=,,,,|KEY_A_B=|secret_access_".split("|"),
  ...[
    'pwd="a b the the the ',
    "authorization: ",
    "Bearer ",
    "Basic ",
    "cookie: a=b; ",
    "cookie: a",
  ],
  ..."-----BEGIN |-----BEGIN RSA |machine a |machine a login b |default |machine\\n".split("|"),
  ...["\\", '"', "'", " ", "\t", ";", "a;", "=", "漢", "\u202e", "\u200b", "é\u200d", "[redacted]"],
  ...["\u001b[", "\u001b]", "\u001b[1m", "correct horse ", "swordfish-"],
];

/** The first line of a key file, behind which all of it could be the key. */
export const OPEN_KEY_FILE: string = `-----${"BEGIN"} RSA PRIVATE KEY-----\n`;
