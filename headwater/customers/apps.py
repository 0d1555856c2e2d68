from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CustomersConfig(AppConfig):
    name = "headwater.customers"
    label = "customers"

    def ready(self) -> None:
        from headwater.access.visibility import register_policy
        from headwater.customers import addresses, effects, phrases, seeds
        from headwater.customers.models import Address, Contact, Customer
        from headwater.metadata import registry
        from headwater.metadata.choices import register_list
        from headwater.records.effects import on_write
        from headwater.users.firstrun import on_claim

        register_list("salutation", "salutations", _("Salutations"))
        register_list("contact_role", "contact-roles", _("Roles of contacts"))
        register_list("address_type", "address-types", _("Types of addresses"))
        register_list("customer_group", "customer-groups", _("Customer groups"))
        register_list("territory", "territories", _("Territories"))
        register_list("industry", "industries", _("Industries"))
        register_list("market_segment", "market-segments", _("Market segments"))
        for model in (Customer, Contact, Address):
            registry.register(model)
        register_policy("address", addresses.visible_address_q)
        on_write("contact", effects.contacts_written)
        on_write("address", effects.addresses_written)
        phrases.register()
        on_claim(seeds.seed)
