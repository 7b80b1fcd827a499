// SPDX-License-Identifier: GPL-3.0-or-later
// A mail server for tests: smtp.mjs FOLDER.  Prints its port, writes each letter that it took into
// FOLDER/NUMBER.eml, and each that it saw but did not acknowledge into FOLDER/lost-NUMBER.eml.  By the
// name before the @ of the receiver: refused* is refused for good, later* for now, cut* loses its line
// in the middle of the text, mute* loses it behind the text and before the answer.
// The second time, later* is taken.
import { createServer } from 'node:net';
import { writeFileSync, appendFileSync } from 'node:fs';

const folder = process.argv[2];
let n = 0;
const seen = new Map();
const log = (line) => appendFileSync(`${folder}/log`, line + '\n');

function talk(socket) {
	let text = '', to = '', inside = false, letter = '';
	const say = (line) => socket.write(line + '\r\n');
	const command = (line) => {
		const word = line.slice(0, 4).toUpperCase();
		log(line);
		if (word === 'EHLO' || word === 'HELO') say('250 test');
		else if (word === 'MAIL') say('250 ok');
		else if (word === 'RCPT') {
			to = /<([^>]*)>/.exec(line)[1];
			const times = (seen.get(to) ?? 0) + 1;
			seen.set(to, times);
			if (to.startsWith('refused')) say('550 5.1.1 no such mailbox');
			else if (to.startsWith('later') && times === 1) say('451 4.7.1 come back later');
			else say('250 ok');
		} else if (word === 'DATA') {
			inside = true;
			letter = '';
			say('354 go on');
		} else if (word === 'RSET' || word === 'NOOP') say('250 ok');
		else if (word === 'QUIT') {
			say('221 bye');
			socket.end();
		} else say('500 what?');
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
	socket.on('error', () => {});
	socket.on('data', (bytes) => {
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
	});
	say('220 test ESMTP');
}

const server = createServer(talk);
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
