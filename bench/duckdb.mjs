// SPDX-License-Identifier: GPL-3.0-or-later
// The formulas of the benchmark as SQL, by DuckDB.
//
//   node duckdb.mjs load|direct FILE.csv FORMULAS THREADS TURNS BY...
//
// load:   the file into a table (its own types), then the query over the table;
//         then a table of the smallest types, sorted by the groups, and the query over it.
// direct: the query over the file itself.
// Prints the lines of calc.c: "read", "columns" (table as loaded), "sort", "sorted" (small types and
// sorted rows), "direct", "groups", "sum".
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(`${process.cwd()}/`);
const { DuckDBInstance } = require('@duckdb/node-api');
const [mode, file, formulas, threads, turns, ...by] = process.argv.slice(2);

function sql(formula) {
	const name = (s) => s.replace(/\$\{(\w+)\}/g, '$1');
	const part = /^(\w+)\((.*)\)$/.exec(formula.trim());
	const args = name(part[2]);
	const [x, w] = args.split(/,\s*/);

	switch (part[1]) {
	case 'count': return `count(*) FILTER (WHERE ${args})`;
	case 'share': return `100.0 * count(*) FILTER (WHERE ${args}) / count(${x.split(' ')[0]})`;
	case 'sum': return `sum(${x})`;
	case 'wmean': return `sum(${x} * ${w}) / sum(${w}) FILTER (WHERE ${x} IS NOT NULL)`;
	default: throw new Error(formula);
	}
}

const columns = readFileSync(formulas, 'utf8').split('\n').filter((s) => s.trim()).map(sql);
const keys = by.join(', ');
const query = (from) => `SELECT ${keys}, ${columns.map((c, i) => `${c} AS c${i}`).join(', ')} ` +
	`FROM ${from} GROUP BY ${keys}`;
const instance = await DuckDBInstance.create(':memory:', { threads });
const db = await instance.connect();

async function timed(what, text) {
	const start = process.hrtime.bigint(), work = process.cpuUsage();
	const reader = await db.runAndReadAll(text);
	const used = process.cpuUsage(work);
	console.log(what, (Number(process.hrtime.bigint() - start) / 1e9).toFixed(6),
		((used.user + used.system) / 1e6).toFixed(6));
	return reader.getRows();
}

async function ask(what, from, times) {
	let rows;
	for (let i = 0; i < times; i++)
		rows = await timed(what, query(from));
	let sum = 0;
	for (const row of rows)
		for (const value of row.slice(by.length))
			sum += Number(value ?? 0);
	console.log('groups', rows.length);
	console.log('sum', sum);
}

console.log('version', (await db.runAndReadAll('SELECT version()')).getRows()[0][0]);
const csv = `read_csv('${file.replaceAll("'", "''")}')`;
if (mode === 'direct') {
	await ask('direct', csv, 1);
} else {
	await timed('read', `CREATE TABLE t AS SELECT * FROM ${csv}`);
	await ask('columns', 't', 1);
	const small = columns.length && (await db.runAndReadAll('DESCRIBE t')).getRows().map(([c]) =>
		/^q\d/.test(c) ? `${c}::UTINYINT AS ${c}` : /^e\d/.test(c) ? `${c}::INTEGER AS ${c}` : c);
	await timed('sort', `CREATE TABLE s AS SELECT ${small.join(', ')} FROM t ORDER BY ${keys}`);
	await ask('sorted', 's', Number(turns));
}
