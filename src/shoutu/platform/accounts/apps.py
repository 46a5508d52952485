from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in


class AccountsConfig(AppConfig):
    name = "shoutu.platform.accounts"
    label = "accounts"

    def ready(self) -> None:
        from shoutu.platform import acts
        from shoutu.platform.accounts import queries
        from shoutu.platform.accounts.middleware import begin
        from shoutu.platform.doors import Actor
        from shoutu.platform.web import navigation

        acts.watch_connections()
        user_logged_in.connect(begin, dispatch_uid="shoutu.accounts.begin")

        def describe(actor: Actor) -> navigation.Me:
            terms = queries.terms_of(actor.person)
            chosen = next(term for term in terms if term.id == actor.term)
            return navigation.Me(chosen.name, chosen.region_name, chosen.title, len(terms))

        navigation.register_me(describe)
