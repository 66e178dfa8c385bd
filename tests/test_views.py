from ast import literal_eval

from lxml import etree

from odoo.fields import Domain
from odoo.tests import Form, tagged
from odoo.tools.safe_eval import safe_eval, time

from .common import PassportCase

STAFF = ("user", "declarant", "manager")


# The lists used on a phone, and what a card tells in its first lines: where it stands.
ON_A_PHONE = {
    "event_registration_passport_action": "passport_standing",
    "event_registration_correct_action": "reject_reason",
    "event_registration_entry_action": "nir_state",
    "event_registration_renewal_action": "renewal_state",
    "event_registration_outcome_action": "name",
    "event_registration_trainees_action": "name",
    "event_event_passport_action": "name",
    "passport_declaration_action": "state",
    "passport_declaration_line_action": "state",
    "passport_deposit_action": "state",
    "passport_job_action": "state",
    "passport_nir_action": "purge_on",
    "product_template_passport_action": "passport_training_state",
}


# Lists in dialogs whose columns are too many for a phone.
CARDS_IN_DIALOGS = (
    "passport_convocation_view_form",
    "passport_enrol_view_form",
    "passport_sending_step_view_form",
)


# What cannot be given back by one button says on its screen what can be, and where.
SAYS_HOW_TO_GO_BACK = {
    "passport_deposit_view_form": "taken back by “Undo the Answer”",
    "passport_return_view_form": "taken back by “Undo the Answer”",
    "passport_catch_up_view_form": "choose another contact",
    "passport_training_finder_view_form": "To take one back later",
    "passport_enrol_list_view_form": "cancel the registration",
    "training_code_import_view_form": "import the former list again",
    "passport_settings_view_form": "to go back, put the former key first again",
}


# Fields whose name says all that a newcomer needs: anything else that is typed says why.
SELF_EXPLAINING = {
    *("name", "title", "sequence", "active", "state", "company_id", "event_id", "activity_ids"),
    *("line_ids", "label", "reason"),
    # Rows of a preview, which nobody types.
    *("code", "kind", "old_name", "valid_until", "old_valid_until"),
}


@tagged("post_install", "-at_install", "passport")
class TestViews(PassportCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registration = cls.make_registration()

    def actions_of(self, role):
        """Return the window actions of the app's menus that a role sees."""
        root = self.env.ref("passeport_prevention.passport_menu_root")
        visible = self.env(user=self.users[role].id)["ir.ui.menu"]._visible_menu_ids()
        menus = self.env["ir.ui.menu"].search(
            [("id", "child_of", root.id), ("action", "!=", False)]
        )
        shown = menus.filtered(
            lambda menu: visible.issuperset(map(int, menu.parent_path.split("/")[:-1]))
        )
        actions = [menu.action for menu in shown]
        return [action for action in actions if action._name == "ir.actions.act_window"]

    def test_menus_are_those_of_the_role(self):
        for role in ("sales", "event", "internal"):
            with self.subTest(role=role):
                self.assertFalse(self.actions_of(role))
        names = [set(self.action_names(role)) for role in STAFF]
        self.assertTrue(names[0] <= names[1] <= names[2])
        self.assertIn("Prepare Declarations", names[0])
        self.assertIn("Settings", names[2] - names[1])

    def action_names(self, role):
        return [action.name for action in self.actions_of(role)]

    def test_every_view_of_the_menus_loads_for_each_role(self):
        for role in STAFF:
            for action in self.actions_of(role):
                model = self.as_role(self.env[action.res_model], role)
                views = [(view_id, kind) for view_id, kind in action.views]
                with self.subTest(role=role, action=action.name):
                    loaded = model.get_views([*views, (action.search_view_id.id, "search")])
                    self.assertEqual(
                        set(loaded["views"]), {kind for _id, kind in views} | {"search"}
                    )

    def test_lists_are_cards_on_a_phone(self):
        for name, state in ON_A_PHONE.items():
            action = self.env.ref(f"passeport_prevention.{name}")
            with self.subTest(action=name):
                self.assertEqual(action.mobile_view_mode, "kanban")
                kinds = {kind: view_id for view_id, kind in action.views}
                view = self.env[action.res_model].get_view(kinds["kanban"], "kanban")
                shown = etree.fromstring(view["arch"]).xpath("//templates//field/@name")
                self.assertIn(state, shown[:3])

    def test_lists_in_dialogs_are_cards_on_a_phone(self):
        for name in CARDS_IN_DIALOGS:
            view = self.env.ref(f"passeport_prevention.{name}")
            with self.subTest(view=name):
                tree = etree.fromstring(self.env[view.model].get_view(view.id, "form")["arch"])
                (field,) = tree.xpath("//field[list]")
                self.assertEqual(field.get("mode"), "list,kanban")
                self.assertTrue(field.xpath("kanban//t[@t-name='card']"))

    def test_what_is_done_says_how_to_go_back(self):
        for name, words in SAYS_HOW_TO_GO_BACK.items():
            with self.subTest(view=name):
                arch = self.env.ref(f"passeport_prevention.{name}").arch_db
                self.assertIn(words, " ".join(arch.split()))

    def test_what_is_typed_says_why(self):
        views = self.views_of_the_addon().filtered(lambda view: view.type in ("form", "list"))
        unexplained = set()
        for view in views:
            tree = etree.fromstring(view.arch_db)
            unexplained.update(self.unexplained(self.env[view.model], tree))
        self.assertFalse(unexplained)

    def unexplained(self, model, tree):
        """Return the fields of the addon in a view that somebody types into without a word of help."""
        for node in tree.iterchildren(etree.Element):
            field = model._fields.get(node.get("name")) if node.tag == "field" else None
            inner = model
            if field and field.type in ("one2many", "many2many"):
                inner = self.env[field.comodel_name]
            yield from self.unexplained(inner, node)
            if (
                field
                and field._module == "passeport_prevention"
                and not field.readonly
                and not (field.help or node.get("help"))
                and not (field.string or "").endswith("?")
                and "1"
                not in (node.get("readonly"), node.get("invisible"), node.get("column_invisible"))
                and field.name not in SELF_EXPLAINING
            ):
                yield f"{model._name}.{field.name}"

    def views_of_the_addon(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "passeport_prevention"), ("model", "=", "ir.ui.view")]
        )
        return self.env["ir.ui.view"].browse(data.mapped("res_id"))

    def test_every_view_of_the_addon_is_valid_for_each_role(self):
        views = self.views_of_the_addon()
        views = views.filtered(lambda view: view.type != "qweb")
        self.assertTrue(views)
        for role in STAFF:
            for view in views:
                model = self.as_role(self.env[view.model], role)
                if not model.has_access("read"):
                    continue
                with self.subTest(role=role, view=view.name):
                    primary = view if view.mode == "primary" else view.inherit_id
                    arch = model.get_view(primary.id, view.type)["arch"]
                    self.assertTrue(etree.fromstring(arch) is not None)

    def lists_of(self, model, node):
        """Yield ``(model, list)`` of a view and of the lists of records inside it."""
        if node.tag == "list":
            yield model, node
        for child in node:
            inside = node.tag == "field" and model._fields.get(node.get("name"))
            comodel = self.env[inside.comodel_name] if inside and inside.relational else model
            yield from self.lists_of(comodel, child)

    def columns(self, model, node):
        """Return the names of the columns that a list can show."""
        fields = [
            field
            for field in node.iterchildren("field")
            if field.get("column_invisible") not in ("1", "True")
        ]
        return [field.get("string") or model._fields[field.get("name")].string for field in fields]

    def test_columns_of_the_lists_can_be_read_and_told_apart(self):
        seen = 0
        for view in self.views_of_the_addon().filtered(lambda view: view.mode == "primary"):
            own = etree.fromstring(view.arch_db.encode())
            if view.inherit_id or not any(True for _ in own.iter("list")):
                continue
            model = self.env[view.model]
            arch = etree.fromstring(model.get_view(view.id, view.type)["arch"])
            for of_model, node in self.lists_of(model, arch):
                names = self.columns(of_model, node)
                with self.subTest(view=view.name, names=names):
                    self.assertIn("o_passport_list", node.get("class", "").split())
                    self.assertEqual(len(names), len(set(names)))
                    seen += 1
        self.assertGreater(seen, 30)

    def test_cards_have_the_colors_of_our_screens(self):
        seen = 0
        for view in self.views_of_the_addon().filtered(lambda view: not view.inherit_id):
            for node in etree.fromstring(view.arch_db.encode()).iter("kanban"):
                with self.subTest(view=view.name):
                    self.assertIn("o_passport_cards", node.get("class", "").split())
                    seen += 1
        self.assertGreater(seen, 8)

    def test_every_filter_and_group_of_the_searches_can_be_used(self):
        used = 0
        for view in self.views_of_the_addon().filtered(lambda view: view.type == "search"):
            model = self.as_role(self.env[view.model], "manager")
            primary = view if view.mode == "primary" else view.inherit_id
            arch = etree.fromstring(model.get_view(primary.id, "search")["arch"])
            own = {
                node.get("name")
                for node in etree.fromstring(view.arch_db.encode()).iter("filter", "field")
                if node.get("name")
            }
            for node in arch.iter("filter", "field"):
                if node.get("name") not in own:
                    continue
                with self.subTest(view=view.name, node=node.get("name")):
                    self.use(model, node)
                    used += 1
        self.assertGreater(used, 40)

    def use(self, model, node):
        """Search or group as the web client would with one node of a search view."""
        context = {
            "uid": self.env.uid,
            "self": "x",
            "time": time,
            "context_today": None,
            "now": "now",
            "today": "today",
        }
        if node.tag == "field":
            domain = node.get("filter_domain") or f"[('{node.get('name')}', 'ilike', self)]"
            field = model._fields[node.get("name")]
            if field.type in ("many2one", "many2many", "one2many", "char", "text") or node.get(
                "filter_domain"
            ):
                model.search(Domain(safe_eval(domain, context)), limit=1)
        elif node.get("date"):
            model.search([(node.get("date"), "<=", "2026-10-15")], limit=1)
        elif node.get("domain"):
            model.search(Domain(safe_eval(node.get("domain"), context)), limit=1)
        elif node.get("context"):
            group_by = literal_eval(node.get("context"))["group_by"]
            model._read_group([], [group_by], ["__count"])

    def test_forms_open_for_each_role(self):
        """With all that they show, also of models of Odoo's own."""
        deposit = self.make_deposit(
            self.make_registration(self.make_session(), self.make_attendee())
        )
        line = deposit.line_ids
        records = (
            deposit,
            line.declaration_id,
            line.event_id,
            line.registration_id,
            line.partner_id,
            line.training_id,
        )
        for role in STAFF:
            for record in records:
                with self.subTest(role=role, model=record._name):
                    Form(self.as_role(record, role))

    def test_wizard_opens_on_its_defaults(self):
        wizard = self.as_role(self.env["passport.declare"], "user")
        view = wizard.get_views([(False, "form")])["views"]["form"]
        self.assertIn("action_prepare", view["arch"])
        values = wizard.onchange({}, [], {"date_from": {}, "max_attendees": {}, "ready_count": {}})[
            "value"
        ]
        self.assertEqual(values["max_attendees"], 500)

    def test_search_of_codes_ignores_accents_case_and_order(self):
        codes = self.as_role(self.env["training.code"], "user")
        code = self.env["training.code"].create(
            {"nomenclature": "rome", "code": "999999", "name": "Sécuriser l'échafaudage élevé"}
        )
        for typed in ("999999", "securiser", "ÉCHAFAUDAGE securiser", "eleve 9999"):
            with self.subTest(typed=typed):
                self.assertIn(
                    code.id, [found for found, _name in codes.name_search(typed, limit=None)]
                )
        self.assertNotIn(
            code.id, [found for found, _name in codes.name_search("amiante", limit=None)]
        )

    def test_archived_codes_stay_on_trainings_and_are_proposed_no_more(self):
        code = self.training.formacode_ids
        code.active = False
        self.env.invalidate_all()
        self.assertEqual(self.training.formacode_ids, code)
        self.assertEqual(self.issue_codes(self.registration), [])
        self.assertFalse(
            self.env["training.code"].name_search(code.code, [("nomenclature", "=", "formacode")])
        )
