"""The acts on people, posts, terms and keys.

people          create, erase, passwords, the first administrators
terms           posts and who holds them (clause 4.3)
keys            departments' keys for programs
"""
