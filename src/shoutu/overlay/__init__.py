"""How much of each patch lies in each class of each layer.

    result = overlay(patches, [LayerView("dltb", reference, codes, names)])

facts  what goes in and what comes out, typed
run    the call, over threads
"""

from shoutu.overlay.facts import LayerView, Overlay, Row
from shoutu.overlay.run import overlay

__all__ = ["LayerView", "Overlay", "Row", "overlay"]
