"""Who says a sentence: rules on words, no model, in English and Chinese.

`text` attributes the sentences of a text, each by what stands in it outside its quotations, or by its neighbours.
`sentence` asks the module of its language whom one sentence names.
"""
