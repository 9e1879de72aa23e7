"""The verbs that a step for today may start with."""

_WORDS = """
add agree allow answer arrange ask assign attend block book borrow bring build buy call cancel carry change check
choose circle clear close collect compare complete confirm copy count cover create cross cut date decide delete
describe divide do draft draw drop email end enter estimate explain fill find fix follow forward gather get give go
greet hand help highlight hold imagine invite join jot keep label learn leave let list listen log look make map mark
measure meet mention message move name note notice offer open order pair pause pencil phone pick picture plan
point post practise practice prepare print pull put raise rate read recall record reduce rehearse remind remove
rename reply repeat replace report request reserve return review rewrite ring round run save say scan schedule score
search see select send set share show shorten sign sit skip sketch sort spend split stand start state stay step stop
store strike subtract summarise switch take talk tally tell test text thank think tick time trace track trim try
turn type underline update use view visit wait walk watch weigh work write
"""
ACTION_VERBS = frozenset(_WORDS.split())
