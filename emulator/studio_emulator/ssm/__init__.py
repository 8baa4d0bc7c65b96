"""Systems Manager beyond moto: activations, managed nodes, commands, settings, sessions."""

from studio_emulator.inventory import Item
from studio_emulator.ssm import (
    activations,
    commands,
    documents,
    nodes,
    parameters,
    sessions,
    settings,
)
from studio_emulator.ssm.commands import answer as answer
from studio_emulator.ssm.commands import pending as pending
from studio_emulator.ssm.nodes import has_node as has_node
from studio_emulator.ssm.nodes import register_node as register_node
from studio_emulator.ssm.nodes import set_online as set_online
from studio_emulator.ssm.store import STORES, Store

MODULES = (activations, commands, documents, nodes, parameters, sessions, settings)


def inventory(account: str, region: str) -> list[Item]:
    """Activations, managed nodes, and changed service settings."""
    here = STORES.get((account, region), Store())
    return [
        *(
            Item(
                service="ssm",
                type="activation",
                id=activation.id,
                name=activation.members.get("DefaultInstanceName", ""),
                note=f"{activation.nodes} of {activation.limit} registered",
            )
            for activation in here.activations.values()
        ),
        *(
            Item(service="ssm", type="managed-instance", id=node.id, name=node.name, note=node.role)
            for node in here.nodes.values()
        ),
        *(
            Item(service="ssm", type="service-setting", id=path, note=held["SettingValue"])
            for path, held in here.settings.items()
        ),
    ]
