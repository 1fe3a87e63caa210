"""Providers played on this machine: a process of its own, over real HTTP, with real signatures.

Written from what the providers document, and not from our adapters: nothing here imports the
product. For the demo and the tests; what is paid here is play money.
"""
