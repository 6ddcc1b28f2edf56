"""What rules remember: how often they went unheeded and their logic; whose data is in a finding."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("findings", sa.Column("sources", sa.Text(), nullable=False, server_default=""))
    op.add_column("rule_states", sa.Column("unheeded", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("rule_states", sa.Column("muted_until", sa.Date(), nullable=True))
    op.add_column("rule_states", sa.Column("fingerprint", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("rule_states", "fingerprint")
    op.drop_column("rule_states", "muted_until")
    op.drop_column("rule_states", "unheeded")
    op.drop_column("findings", "sources")
