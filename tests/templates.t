#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the compiler of templates refuses: each case is a template with one fault, and the line and the
# reason that it must name.  Then who may call markup markup, which no type can say.
. "${0%/*}/lib.sh"
: "${TPLC:?the compiler of templates}"

# compile: $here/t.html with the translations of $here/t.po.  The compiler lives for a moment and gives
# its memory back by ending.
compile() {
	ASAN_OPTIONS=detect_leaks=0 "$TPLC" "$here/t.h" "$here/t.c" "$here/t.po" "$here/t.html" >"$here/out" 2>"$here/err"
	status=$?
}
# A translation that is not used would itself be a fault, so each case brings its own.
po() { printf '%s\n' "$@" >"$here/t.po"; }
# whole NAME LINE REASON TEMPLATE: the template as a format of printf.
whole() {
	# shellcheck disable=SC2059
	printf "$4" >"$here/t.html"
	refused "$1" "$2" "$3"
}
refused() {
	rm -f "$here/t.h" "$here/t.c"
	compile
	if [ "$status" = 1 ] && grep -qF -- "t.html:$2: $3" "$here/err" && [ ! -e "$here/t.c" ]; then
		pass "refuses $1"
	else
		echo "# wanted line $2: $3"
		miss "refuses $1"
	fi
}
# refuse NAME REASON BODY: the body stands on line 3 of a page with some fields.
head='@record row a:str b:str
@page p x:str n:int z:real on:flag d:date h:html v:svg rows:list:row one:row'
refuse() {
	printf '%s\n%s\n' "$head" "$3" >"$here/t.html"
	refused "$1" 3 "$2"
}
accept() {
	printf '%s\n%s\n' "@page p x:str" "$2" >"$here/t.html"
	compile
	if [ "$status" = 0 ]; then pass "accepts $1"; else miss "accepts $1"; fi
}

po ''
accept "a value in text" '<p>{{x}}</p>'
accept "a value in quotes" '<p title="{{x}}">1</p>'
accept "a value that is an address" '<a href="{{x}}">1</a>'
accept "a value in a path and in a query" '<a href="/a/{{x}}?q={{x}}&amp;r={{x}}#{{x}}">1</a>'
accept "an address elsewhere" '<a href="https://a.co/{{x}}">1</a>'
accept "a mail address" '<a href="mailto:{{x}}?subject={{x}}">1</a>'
accept "branches of attributes" '<p{{if x}} class="a"{{else}} class="b"{{end}}>1</p>'
accept "branches at the end of an address" '<a href="/a{{if x}}?q={{x}}{{end}}">1</a>'
accept "a drawing" '<svg aria-hidden="true" viewBox="0 0 1 1"><path d="{{x}}"/></svg>'
accept "else if" '{{if x == "a"}}1{{else if x != "b"}}2{{else}}3{{end}}'
accept "a comment with quotes" '{{# "hola }}{{x}}'
accept "a label around, before, and named" \
	'<label>1<input name="a"></label><label for="b">2</label><input id="b"><select aria-label="{{x}}"><option>1</option></select>'
accept "a form that writes" '<form method="post" action="/a">{{csrf}}{{idempotency}}<button>{{x}}</button></form>'
accept_script() {
	printf '%s\n%s\n' '@frame a:str' '@page p
@in s
<p>1</p>
@layout s
<div>{{content}}</div><script src="{{frame.a}}" defer></script>' >"$here/t.html"
	compile
	if [ "$status" = 0 ] && grep -q 'escape_url_own(out, f->base, f->a)' "$here/t.c"; then
		pass "accepts a script of ours"
	else
		miss "accepts a script of ours"
	fi
}
accept_script
accept "words for no people" '<code>hola</code><p translate="no">SSME <b>{{x}}</b></p>'

# Where a value may not stand.
refuse "a value without quotes" 'the value of title stands in double quotes' '<p title={{x}}>1</p>'
refuse "a value in single quotes" 'the value of title stands in double quotes' "<p title='{{x}}'>1</p>"
refuse "quotes left out" 'the value of class stands in double quotes' '<p class=a>1</p>'
refuse "a value as the name of a tag" 'a value in the name of a tag' '<{{x}}>'
refuse "a value in the name of a tag" 'a value in the name of a tag' '<h{{n}}>1</h1>'
refuse "a value as an attribute" 'in a tag a value stands only in quotes' '<p {{x}}>1</p>'
refuse "a value in the name of an attribute" 'a value in the name of an attribute' '<p data-{{x}}="1">1</p>'
refuse "a script" 'no <script>' '<script>{{x}}</script>'
refuse "a script of a file" 'no <script>' '<script src="/a.js"></script>'
refuse "a script of the page's own field" 'no <script>' '<script src="{{x}}" defer></script>'
refuse "a script with something inside" 'no <script>' '<script src="{{frame.a}}" defer>1</script>'
refuse "a script that does not wait for the page" 'no <script>' '<script src="{{frame.a}}"></script>'
framed='@frame a:str n:int
@page p\n@in s\n<p>1</p>\n@layout s
<div>{{frame.a}}{{frame.n}}{{content}}</div>\n'
whole "a script whose address is a number" 7 'the address of a script is a str of the frame' \
	"$framed"'<script src="{{frame.n}}" defer></script>\n'
whole "a script of a field that no frame has" 7 'frame has no field "b"' \
	"$framed"'<script src="{{frame.b}}" defer></script>\n'
refuse "a style" 'no <style>' '<style>p { color: {{x}} }</style>'
refuse "a comment" 'a comment is written' '<!-- {{x}} -->'
refuse "an event" 'no onclick=: a page holds no program' '<p onclick="{{x}}">1</p>'
refuse "a style attribute" 'no template may set style=' '<p style="{{x}}">1</p>'
refuse "srcset" 'no template may set srcset=' '<img alt="" srcset="{{x}}">'
refuse "srcdoc" 'no template may set srcdoc=' '<p srcdoc="{{x}}">1</p>'
refuse "an iframe" 'no <iframe>' '<iframe src="{{x}}"></iframe>'
refuse "a base" 'no <base>' '<base href="{{x}}">'
refuse "http-equiv" 'no template may set http-equiv=' '<meta http-equiv="refresh" content="{{x}}">'
refuse "a value that decides a type" 'type= is written out' '<input type="{{x}}" aria-label="{{x}}">'
refuse "a value that decides a method" 'method= is written out' '<form method="{{x}}"></form>'
refuse "a value in a table" 'a parser would move text directly inside <table> elsewhere' '<table>{{x}}<tr><td>1</td></tr></table>'
refuse "a value in a row" 'a parser would move text directly inside <tr> elsewhere' '<table><tr>{{x}}<td>1</td></tr></table>'
refuse "a value in a select" 'a parser would move text directly inside <select> elsewhere' '<select aria-label="{{x}}">{{x}}</select>'

# Addresses.
refuse "a value as a host" 'before a value in an address stands' '<a href="https://{{x}}/">1</a>'
refuse "a value as a scheme's rest" 'before a value in an address stands' '<a href="https:{{x}}">1</a>'
refuse "javascript:" 'no address begins with "javascript:"' '<a href="javascript:{{x}}">1</a>'
refuse "JavaScript:" 'no address begins with "JavaScript:"' '<a href="JavaScript:{{x}}">1</a>'
refuse "data:" 'no address begins with "data:"' '<img alt="" src="data:{{x}}">'
refuse "something behind a whole address" 'an address that begins with a value is that value alone' '<a href="{{x}}/edit">1</a>'
refuse "a value behind a whole address" 'an address that begins with a value is that value alone' '<a href="{{x}}{{n}}">1</a>'
refuse "a host without scheme" 'an address elsewhere begins with https://' '<a href="//{{x}}">1</a>'
refuse "a space in an address" 'an address holds no white space' '<a href="/a b">1</a>'
refuse "branches that end in different parts" 'branches end in different parts of the address' '<a href="/a{{if on}}?b=1{{end}}/{{x}}">1</a>'
refuse "a value behind such branches" 'branches end in different parts of the address' '<a href="/a{{if on}}?b={{end}}{{x}}">1</a>'
refuse "a sentence in an address" 'an address holds no sentence' '<a href="/{{_ "hola"}}">1</a>'
refuse "a grouped number in an address" 'a number in an address is not grouped' '<a href="/{{n:group}}">1</a>'

# Branches and elements.
refuse "a branch that ends inside a tag" 'a branch ends inside the tag <p>' '{{if on}}<p {{else}}<b {{end}}>1</p>'
refuse "a branch that ends inside a value" 'a branch ends inside the value of title' '{{if on}}<p title="{{end}}">1</p>'
refuse "a branch that leaves an element open" '<b> of line 3 is not closed before the branch ends' '{{if on}}<b>{{end}}</b>'
refuse "a branch that closes what it did not open" 'the {{if}} of line 3 is not ended before what is around it ends' '<p>{{if on}}</p>{{end}}'
refuse "a branch over the end of a tag" 'the {{if}} of line 3 is not ended before what is around it ends' '<p {{if on}}>{{end}}1</p>'
refuse "a branch over the end of a value" 'the {{if}} of line 3 is not ended before what is around it ends' '<p title="{{if on}}">{{end}}1</p>'
refuse "an element that is not closed" '<p> is not closed' '<p>{{x}}'
refuse "an end tag too many" 'an end tag that closes nothing' '<p>1</p></p>'
refuse "elements that cross" '</b> where the <i> of line 3 should be closed' '<b><i>1</b></i>'
refuse "an end without its beginning" '{{end}} without its {{if}} or {{each}}' '1{{end}}'
refuse "an if without its end" '{{if}} without its {{end}}' '{{if on}}1'
refuse "a branch behind else" 'a branch behind the {{else}}' '{{if on}}1{{else}}2{{else}}3{{end}}'
refuse "braces that stay open" '{{ without its }}' '<p>{{x</p>'
refuse "a block in a paragraph" '<div> ends the <p> of line 3' '<p><div>1</div></p>'
refuse "html in a paragraph" 'html may hold blocks, which <p> cannot' '<p>{{h}}</p>'
refuse "a link in a link" '<a> inside the <a> of line 3' '<a href="/"><b><a href="/">1</a></b></a>'
refuse "a form in a form" '<form> inside the <form> of line 3' '<form method="get"><form method="get"></form></form>'
refuse "a tag that closes itself" '/> means nothing in HTML' '<br/>'
refuse "an unknown element" '<blink> is no element that templates know' '<blink>1</blink>'
refuse "a tag in capitals" 'names of tags are lower case' '<P>1</P>'
refuse "an attribute in capitals" 'names of attributes are lower case' '<p Title="1">1</p>'
refuse "a tag in a title" '<textarea> holds only text' '<textarea aria-label="{{x}}"><b>1</b></textarea>'
refuse "an attribute twice" 'class= twice in one tag' '<p class="a" class="b">1</p>'
refuse "an attribute twice by a branch" 'class= twice in one tag' '<p class="a"{{if on}} class="b"{{end}}>1</p>'
refuse "attributes by each" '{{each}} inside a tag' '<p {{each rows as r}} title="1"{{end}}>1</p>'
refuse "an id twice" 'id "a" twice in one page' '<p id="a">1</p><p id="a">2</p>'
refuse "an id in each" 'id "a" in {{each}} would be there more than once' '{{each rows as r}}<p id="a">1</p>{{end}}'
refuse "a loose &" 'an & that begins none of' '<p>1 & 2</p>'
refuse "a loose & in an address" 'an & that begins none of' '<a href="/?a=1&b=2">1</a>'
refuse "a loose <" 'a < that opens no tag' '<p>1 < 2</p>'
refuse "a < in an attribute" '< in an attribute is written &lt;' '<p title="<">1</p>'

# Forms and what cannot be seen.
refuse "an image without alt" '<img> without alt' '<img src="/a.png">'
refuse "an image with alt in one branch" '<img> without alt' '<img src="/a.png"{{if on}} alt=""{{end}}>'
refuse "an input without label" '<input> without a label' '<input name="a">'
refuse "a label for another" '<input> without a label' '<label for="b">1</label><input id="a">'
refuse "a textarea without label" '<textarea> without a label' '<textarea name="a"></textarea>'
refuse "a picture as a button" '<input type="image">' '<input type="image" aria-label="{{x}}">'
refuse "a form that writes without token" 'a form with method="post" needs {{csrf}}' '<form method="post">{{idempotency}}</form>'
refuse "a form that writes without key" 'a form with method="post" needs {{idempotency}}' '<form method="post">{{csrf}}</form>'
refuse "a token in a branch" '{{csrf}} stands in no branch' '<form method="post">{{if on}}{{csrf}}{{end}}{{idempotency}}</form>'
refuse "a token twice" '{{csrf}} twice in one form' '<form method="post">{{csrf}}{{csrf}}{{idempotency}}</form>'
refuse "a token in an address" '{{csrf}} stands only in a form with method="post"' '<form method="get">{{csrf}}</form>'
refuse "a form of no method" 'a form says method="get" or method="post"' '<form action="/a"></form>'
refuse "another method by a button" 'no template may set formmethod=' '<form method="get"><button formmethod="post">1</button></form>'
refuse "a drawing nobody can read" '<svg> without aria-label' '<svg viewBox="0 0 1 1"><path d="M0 0"/></svg>'
refuse "a drawing's element outside" '<path> does not stand outside of a drawing' '<path d="M0 0"/>'
refuse "a page without language" '<html> without lang' '<html><body>{{x}}</body></html>'

# Fields.
refuse "an unknown field" 'p has no field "y"' '<p>{{y}}</p>'
refuse "an unknown field of a record" 'row has no field "c"' '<p>{{one.c}}</p>'
refuse "a field of no record" '"x.a" goes into something that is no record' '<p>{{x.a}}</p>'
refuse "a record as text" 'which field of the record?' '<p>{{one}}</p>'
refuse "a list as text" 'a list is written by {{each}}' '<p>{{rows}}</p>'
refuse "each over no list" '"x" is no list' '{{each x as r}}1{{end}}'
refuse "each with a taken name" '"x" is the name of something else here' '{{each rows as x}}1{{end}}'
refuse "a flag as text" 'a flag is only asked for' '<p>{{on}}</p>'
refuse "html in an attribute" 'html stands between tags' '<p title="{{h}}">1</p>'
refuse "a drawing in an address" 'svg stands between tags' '<a href="/{{v}}">1</a>'
refuse "a real without decimals" 'a real number says its decimals' '<p>{{z}}</p>'
refuse "an unknown format" 'int knows no format "time"' '<p>{{n:time}}</p>'
refuse "half a format" 'date knows no format "tim"' '<p>{{d:tim}}</p>'
refuse "a text compared with a number" 'a str is compared with a text in quotes' '{{if x == 3}}1{{end}}'
refuse "a real as a condition" 'real is neither true nor false' '{{if z}}1{{end}}'
refuse "words behind a value" '"x" cannot have something behind it here' '<p>{{x y}}</p>'
whole "an unused field" 2 'nobody reads field "y" of p' \
	'@page p x:str\n@ y:str\n<p>{{x}}</p>\n'
whole "a field twice" 1 'field "x" twice' \
	'@page p x:str x:int\n{{x}}\n'
whole "an unknown type" 1 '"text" is no type and no record' \
	'@page p x:text\n{{x}}\n'
whole "a page twice" 3 'a second "p"' \
	'@page p\n1\n@page p\n2\n'
whole "a record nobody uses" 3 'no field is of record r' \
	'@page p\n1\n@record r a:str\n'
whole "a record's unused field" 3 'nobody reads field "c" of r' \
	'@page p a:r\n{{a.b}}\n@record r b:str c:str\n'
whole "a record in itself" 3 'r contains itself' \
	'@page p a:r\n{{a.b}}\n@record r b:str a:r\n'
whole "a word of C as a name" 1 '"int" is no name' \
	'@page int\n1\n'
whole "markup of no page" 1 'markup stands below @page' \
	'<p>1</p>\n'
whole "an unknown @ line" 1 'this @ line is unknown' \
	'@pages p\n1\n'
whole "a control character" 2 'a control character' \
	'@page p\n<p>\001</p>\n'
whole "a byte that is not UTF-8" 2 'a control character, or a byte that is not UTF-8' \
	'@page p\n<p>\351</p>\n'

# Parts and layouts.
whole "a part with text in a table" 2 'part q has text outside of its elements' \
	'@page p\n<table>{{include q}}</table>\n@part q\n1\n'
whole "a part of a part with text in a table" 2 'part q has text outside of its elements' \
	'@page p\n<table>{{include q}}</table>\n@part q\n{{include s}}\n@part s\n1\n'
whole "a part in itself" 3 'q contains itself' \
	'@page p\n{{include q}}\n@part q\n<b>{{include q}}</b>\n'
whole "a part that is not there" 2 'there is no part "q"' \
	'@page p\n{{include q}}\n'
whole "a part without its field" 2 'field "a" of q is not given' \
	'@page p\n{{include q}}\n@part q a:str\n{{a}}\n'
whole "a part with another type" 2 'field "a" is of another type' \
	'@page p n:int\n{{include q a=n}}\n@part q a:str\n{{a}}\n'
whole "a field the part has not" 2 'q has no field "b"' \
	'@page p\n{{include q b=1}}\n@part q a:str\n{{a}}\n'
whole "a field given twice" 2 'field "a" is given twice' \
	'@page p x:str\n{{include q a=x a=x}}\n@part q a:str\n{{a}}\n'
whole "a part nobody includes" 3 'nobody includes part q' \
	'@page p\n1\n@part q\n1\n'
whole "an id twice by a part" 4 'id "a" twice in one page' \
	'@page p\n{{include q}}{{include q}}\n@part q\n<b id="a">1</b>\n'
whole "an id repeated by a part" 2 'part q has an id, which {{each}} would repeat' \
	'@page p r:list:str\n{{each r as x}}{{x}}{{include q}}{{end}}\n@part q\n<b id="a">1</b>\n'
whole "a form in a form by a part" 2 'part q has a form, inside a form' \
	'@page p\n<form method="get">{{include q}}</form>\n@part q\n<form method="get"></form>\n'
whole "a block in a paragraph by a part" 2 'part q has a block, which <p> cannot hold' \
	'@page p\n<p>{{include q}}</p>\n@part q\n<b>{{include s}}</b>\n@part s\n<div>1</div>\n'
whole "an id of the layout" 3 'id "a" twice in one page' \
	'@page p\n@in s\n<p id="a">1</p>\n@layout s\n<div id="a">{{content}}</div>\n'
whole "a layout that is not there" 2 'there is no layout "s"' \
	'@page p\n@in s\n1\n'
whole "a layout without its content" 4 'layout s has no {{content}}' \
	'@page p\n@in s\n1\n@layout s\n<div>1</div>\n'
whole "a content twice" 5 '{{content}} stands once' \
	'@page p\n@in s\n1\n@layout s\n<div>{{content}}{{content}}</div>\n'
whole "a content in a table" 5 '{{content}} stands in an element' \
	'@page p\n@in s\n1\n@layout s\n<table>{{content}}</table>\n'
whole "a content of a page" 2 '{{content}} stands only in a layout' \
	'@page p\n{{content}}\n'
whole "a field the layout has not" 2 's has no field "b"' \
	'@page p\n@in s a="1" b="2"\n1\n@layout s a:str\n<p>{{a}}</p><div>{{content}}</div>\n'

# Sentences.
refuse "words outside of a sentence" 'words for people stand in {{_ "..."}}' '<p>hola</p>'
refuse "words in a title" 'words for people stand in {{_ "..."}}: title' '<p title="hola">1</p>'
refuse "words in alt" 'words for people stand in {{_ "..."}}: alt' '<img alt="hola" src="/a.png">'
refuse "a sentence without English" 'no English for "Hola"' '<p>{{_ "Hola"}}</p>'
po 'msgid "Hola, %s"' 'msgstr "Hello, %s"'
refuse "a sentence with a value too few" '"Hola, %s" has not as many %s as values (0) behind it' '<p>{{_ "Hola, %s"}}</p>'
refuse "a sentence with a value too many" '"Hola, %s" has not as many %s as values (2) behind it' '<p>{{_ "Hola, %s" x n}}</p>'
# said NAME LINE REASON: what the translations themselves are refused for.
said() {
	printf '@page p x:str\n<p>{{_ "Hola, %%s" x}}</p>\n' >"$here/t.html"
	compile
	if [ "$status" = 1 ] && grep -qF -- "t.po:$2: $3" "$here/err"; then pass "refuses $1"; else
		echo "# wanted line $2: $3"
		miss "refuses $1"
	fi
}
po 'msgid "Hola, %s"' 'msgstr "Hello, %s"' 'msgid "Adiós"' 'msgstr "Bye"'
said "a translation nobody uses" 3 'no template says "Adiós"'
po 'msgid "Hola, %s"' 'msgstr "Hello"'
said "placeholders that differ" 1 'the placeholders of "Hola, %s" and "Hello" differ'
po 'msgid "Hola, %s"' 'msgstr "Hello, %2$s"'
said "a placeholder of another value" 1 'the placeholders of "Hola, %s" and "Hello, %2$s" differ'
po 'msgid "Hola, %s"' 'msgstr ""'
said "a sentence without English in the file" 1 'no English for "Hola, %s"'
po '#, fuzzy' 'msgid "Hola, %s"' 'msgstr "Hello, %s"'
said "a fuzzy translation" 1 'an obsolete or fuzzy translation'
po 'msgid "Hola, %s"' 'msgstr "Hello, %s"' 'msgid "Hola, %s"' 'msgstr "Hi, %s"'
said "a second translation" 3 'a second translation of "Hola, %s"'
po 'msgid "Hola, %s"'
said "a translation that breaks off" 1 'a msgid without its msgstr'

# Nothing makes markup of a text but these: whoever is added here was read.
allowed='src/page/template.h'
found=$(cd "$SSME_SOURCE" && grep -rlE 'html_written|svg_written|struct (html|svg)\)[[:space:]]*\{' src --include='*.[ch]' |
	grep -v '_test\.c$' | sort | tr '\n' ' ')
others=
for file in $found; do
	case " $allowed " in *" $file "*) ;; *)
		# A room's function that shows a rendered or compiled buffer says so on its line.
		if (cd "$SSME_SOURCE" && grep -hE 'html_written|svg_written|struct (html|svg)\)[[:space:]]*\{' "$file" |
			grep -qvE '(html|svg)_written\(&[a-z_>.-]+\)'); then others="$others $file"; fi ;;
	esac
done
if [ -z "$others" ] && [ -n "$found" ]; then pass "no markup is made of a text"; else
	echo "# in:$others"
	miss "no markup is made of a text"
fi
done_testing
