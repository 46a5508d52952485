"""The acts of discovery.

batches   publish a batch; set its month
splitting cut a patch into parts
states    what enforcement's acts call to move a patch on (no act of its own)
"""
