"""Values, types and the nouns of the field that hold no expression, as frozen dataclasses.

In: nothing. Out: the vocabulary that every other layer speaks. Everything here is immutable.
"""
