"""The acts of enforcement.

reports     assign, attach evidence, report (填报)
reviews     banner and city review, objections to a return
violations  group into 宗, link re-issues and enlargements
"""
