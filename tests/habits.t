#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What spreadsheets and hurried hands do to a file of answers, on the shipped instrument: mended and said
# where only one reading fits, else refused with the cure.
. "${0%/*}/lib.sh"
LC_ALL=C.UTF-8
expect 0 "init" init
expect 0 "the shipped instrument" instrument publish "$SSME_SOURCE/instruments/ssme"
cat >"$here/register.csv" <<'END'
cluster,name,department,sector,manager_kind,chamber,since,active
C1,Clúster de prueba,76,agroindustria,a,21,2015,yes
END
expect 0 "register" register import "$here/register.csv"
expect 0 "round" round open 2022 --instrument ssme@2022.1 --from 2022-07-01 --to 2022-09-30

# company NAME NIT CIIU DEPARTMENT MUNICIPALITY INCOME: one good answer but for what is tried.
head='cluster,company,X02,X01,X03,X04_departamento,X04,X05_ingresos,X06_formal,X11,X14'
company() {
	printf '%s\nC1,S1,a,%s,%s,%s,%s,%s,3,8,a\n' "$head" "$2" "$3" "$4" "$5" "$6" >"$here/c.csv"
	run import --round 2022 --form company --dry-run "$here/c.csv"
}
# good NAME, bad NAME: how the last call ended.
good() { if [ "$status" = 0 ]; then pass "$1"; else miss "$1"; fi; }
bad() { if [ "$status" = 2 ]; then pass "$1 is refused"; else miss "$1 is refused"; fi; }

company plain 999000001-2 0121 76 76001 150000000
good "a plain row"
nit="El NIT o su dígito de verificación no es válido"
for form in 999.000.001-2 "999 000 001-2" 999000001; do
	company nit "$form" 0121 76 76001 150000000
	good "a NIT as $form"
	silent "and is never shown" "000"
done
company nit 999000001-3 0121 76 76001 150000000
bad "a wrong check digit"
says "with the cure" "X01: error: $nit: cópielo del RUT."
silent "without the number" "999000001"

company zeros 999000001-2 0121 5 5001 150000000
good "codes that lost their zero"
says "the department is said" "X04_departamento: nota: «5» perdió el cero inicial; leído como 05"
says "the municipality is said" "X04: nota: «5001» perdió el cero inicial; leído como 05001"
says "and counted" "celdas corregidas: 2"
company electoral 999000001-2 0121 1 01001 150000000
bad "a code of no catalogue"
says "department: perhaps the electoral registry's" "«1» no está en el catálogo «departments» (los códigos de la Registraduría"
says "municipality: the same" "«01001» no está en el catálogo «municipalities» (los códigos de la Registraduría"
company name 999000001-2 0121 76 Cali 150000000
bad "the name of a place"
says "with its code" "escriba 76001"
company elsewhere 999000001-2 0121 76 05001 150000000
bad "a municipality of another department"
says "with the cure" "corrija esta o la respuesta de la que depende"
company class 999000001-2 0499 76 76001 150000000
bad "an activity of no division"
company class 999000001-2 121 76 76001 150000000
bad "an activity of three digits"
says "with its form" "Escriba cuatro dígitos."

company money 999000001-2 0121 76 76001 150.000.000
bad "dots between thousands"
says "with the number, in words too, and the option" \
	"escriba 150000000, sin separador de miles (150 millones de pesos), o importe con --decimal comma"
company money 999000001-2 0121 76 76001 '"150,000,000"'
bad "commas between thousands"
says "with the number" "escriba 150000000, sin separador de miles"
company money 999000001-2 0121 76 76001 150000000.5
bad "half a peso"
says "with the cure" "no es un número entero (escríbalo sin decimales)"
company money 999000001-2 0121 76 76001 '"$ 5000"'
bad "a sign of money"
company money 999000001-2 0121 76 76001 -5000000
bad "less than nothing"
says "echoed in words" "(−5 millones de pesos)"
company money 999000001-2 0121 76 76001 'no sabe'
bad "words for what is not known"
says "with the code for it" "escriba ND"

# Semicolons, a byte order mark, and decimal commas, as a Spanish Excel saves.
printf '\357\273\277%s\r\nC1;S1;a;999.000.001-2;0121;76;76001;150.000.000;3;8;a\r\n' \
	"$(echo "$head" | tr , ';')" >"$here/excel.csv"
expect 2 "an Excel file read with a decimal point" import --round 2022 --form company --dry-run "$here/excel.csv"
says "names the option" "--decimal comma"
expect 0 "and with a decimal comma" import --round 2022 --form company --decimal comma "$here/excel.csv"
says "is taken" "respuestas guardadas: 1"

# The manager's form has a date and lists of codes; the other questions of the row are left empty.
printf 'cluster,E01,E02,E06,E06_camara,S01,S02,N01\nC1,5,5001 5002,a,4,a,44256,1.500.000\n' >"$here/m.csv"
run import --round 2022 --form cluster --dry-run "$here/m.csv"
bad "a form with most of it missing"
says "a serial day" "S02: nota: número de día de Excel, leído como 2021-03-01"
says "zeros in a list: the first" "E02: nota: «5001» perdió el cero inicial; leído como 05001"
says "zeros in a list: the second" "E02: nota: «5002» perdió el cero inicial; leído como 05002"
silent "which is then an option" "E02: error"
says "a chamber" "E06_camara: nota: «4» perdió el cero inicial; leído como 04"
says "an amount in words" "(1,5 millones de pesos)"
printf 'cluster,E01,E02,S01,S02\nC1,01,01001,a,1/3/2021\n' >"$here/m.csv"
run import --round 2022 --form cluster --dry-run "$here/m.csv"
says "a list's code of no catalogue" "E02: error: «01001» no está en el catálogo «municipalities» (los códigos de la Registraduría"
says "a date written otherwise" "S02: error: no es una fecha año-mes-día (escriba 2021-03-01)"
done_testing
