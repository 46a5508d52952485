"""From a delivered file to rows that may be published.

columns   which column means what: proposed by synonyms, remembered by header
source    the file as texts and shapes, whatever its format
judging   each row accepted, or refused with its place, what was found and a remedy
placing   the banner and township of each row
drafts    the upload between its arrival and the publishing act
"""
