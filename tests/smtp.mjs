// SPDX-License-Identifier: GPL-3.0-or-later
// A mail server for tests: smtp.mjs FOLDER [NAME=VALUE…].  Prints its port, writes each letter that it took into
// FOLDER/NUMBER.eml, and each that it saw but did not acknowledge into FOLDER/lost-NUMBER.eml.  By the
// name before the @ of the receiver: refused* is refused for good, later* for now, cut* loses its line
// in the middle of the text, mute* loses it behind the text and before the answer.
// The second time, later* is taken.
//
//   host=127.0.0.2            where it listens; 127.0.0.1 unless said
//   port=2525                 any free one unless said
//   tls=starttls|whole        with key= and certificate= (PEM): offered after EHLO, or from the first byte
//   user= password=           whoever has not said them may send nothing; over TLS alone where there is TLS
//   auth="PLAIN LOGIN"        in which ways they can be said
//
// FOLDER/log has a line for each command: "plain" or "tls", and the command.
import { createServer } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { appendFileSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';

const folder = process.argv[2];
const option = Object.fromEntries(process.argv.slice(3).map((word) => {
	const at = word.indexOf('=');
	return [word.slice(0, at), word.slice(at + 1)];
}));
const context = option.tls && createSecureContext({
	key: readFileSync(option.key),
	cert: readFileSync(option.certificate),
});
const ways = (option.auth ?? 'PLAIN LOGIN').split(' ');
let n = Math.max(0, ...readdirSync(folder).map((name) => parseInt(/^(?:lost-)?(\d+)\.eml$/.exec(name)?.[1] ?? '0', 10)));
const seen = new Map();
const plainText = (code) => Buffer.from(code, 'base64').toString('utf8');

// One conversation; it goes on over another socket when STARTTLS changes the line.
function talk(raw) {
	let socket, secure = false;
	let text = '', to = '', inside = false, letter = '', known = !option.user, answer = null;
	const log = (line) => appendFileSync(`${folder}/log`, `${secure ? 'tls' : 'plain'} ${line}\n`);
	const say = (line) => socket.write(line + '\r\n');
	const judge = (user, password) => {
		known = user === option.user && password === option.password;
		say(known ? '235 2.7.0 welcome' : '535 5.7.8 wrong user or password');
	};
	const judgePlain = (code) => judge(...plainText(code).split('\0').slice(1));
	const askUser = (code) => {
		answer = (password) => judge(plainText(code), plainText(password));
		say('334 UGFzc3dvcmQ6');
	};
	const authenticate = (way, first) => {
		if (!ways.includes(way)) return say('504 5.5.4 not that way');
		const next = way === 'PLAIN' ? judgePlain : askUser;
		if (first) return next(first);
		answer = next;
		say(way === 'PLAIN' ? '334 ' : '334 VXNlcm5hbWU6');
	};
	const greet = () => {
		const lines = ['test'];
		if (option.tls === 'starttls' && !secure) lines.push('STARTTLS');
		if (option.user && (secure || !option.tls)) lines.push('AUTH ' + ways.join(' '));
		lines.forEach((line, i) => say(`250${i + 1 < lines.length ? '-' : ' '}${line}`));
	};
	const receiver = (line) => {
		to = /<([^>]*)>/.exec(line)[1];
		const times = (seen.get(to) ?? 0) + 1;
		seen.set(to, times);
		if (to.startsWith('refused')) say('550 5.1.1 no such mailbox');
		else if (to.startsWith('later') && times === 1) say('451 4.7.1 come back later');
		else say('250 ok');
	};
	const startTls = () => {
		say('220 2.0.0 go on in secret');
		raw.removeAllListeners('data');
		listenTo(new TLSSocket(raw, { isServer: true, secureContext: context }));
		secure = true;
		text = '';
	};
	const command = (line) => {
		const [word, ...rest] = line.split(' ');
		log(line);
		if (answer) {
			const next = answer;
			answer = null;
			return next(line);
		}
		switch (word.toUpperCase()) {
		case 'EHLO':
		case 'HELO': return greet();
		case 'STARTTLS': return context && !secure ? startTls() : say('503 5.5.1 no');
		case 'AUTH': return authenticate(rest[0].toUpperCase(), rest[1]);
		case 'MAIL': return say(known ? '250 ok' : '530 5.7.0 say who you are');
		case 'RCPT': return known ? receiver(line) : say('530 5.7.0 say who you are');
		case 'DATA':
			inside = true;
			letter = '';
			return say('354 go on');
		case 'RSET':
		case 'NOOP': return say('250 ok');
		case 'QUIT':
			say('221 bye');
			return socket.end();
		default: return say('500 what?');
		}
	};
	const end = () => {
		inside = false;
		if (to.startsWith('mute')) {
			writeFileSync(`${folder}/lost-${++n}.eml`, letter);
			socket.destroy();
			return;
		}
		writeFileSync(`${folder}/${++n}.eml`, letter);
		say('250 2.0.0 taken');
	};
	const hear = (bytes) => {
		text += bytes.toString('latin1');
		if (inside && to.startsWith('cut')) {
			socket.destroy();
			return;
		}
		for (let at; (at = text.indexOf('\r\n')) >= 0;) {
			const line = text.slice(0, at);
			text = text.slice(at + 2);
			if (!inside) command(line);
			else if (line === '.') end();
			else letter += (line.startsWith('.') ? line.slice(1) : line) + '\r\n';
		}
	};
	const listenTo = (other) => {
		socket = other;
		socket.on('error', () => {});
		socket.on('data', hear);
	};
	if (option.tls === 'whole') {
		secure = true;
		raw.on('error', () => {});
		listenTo(new TLSSocket(raw, { isServer: true, secureContext: context }));
	} else listenTo(raw);
	say('220 test ESMTP');
}

const server = createServer(talk);
server.listen(parseInt(option.port ?? '0', 10), option.host ?? '127.0.0.1', () => console.log(server.address().port));
