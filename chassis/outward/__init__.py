"""Connections to addresses that a stranger or a client gave: images of mails, push servers, calendars of others.

    from chassis.outward.client import Outward
    from chassis.outward.settings import OutwardSettings

    outward = Outward(from_environment(OutwardSettings))
    answer = await outward.get("https://…", IMAGES)

What it promises: only public addresses are reached, whatever name, notation or redirect leads elsewhere; a name is
resolved once, and what was checked is what is connected to; TLS is verified against the name; time, size, headers and
redirects are bounded; nothing that identifies an agent leaves with the request: no cookie, no referrer, no
credentials. No process opens such a connection in any other way.
"""
