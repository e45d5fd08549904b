-- Classes of what mappers and instances are made of: they answer `is`.
local la = require "lualchemy"

describe("classes of properties and attributes", function()
  local Base, User

  before_each(function()
    Base = la.declarative_base()
    User = Base:class("User", {__tablename__ = "user", id = la.Column{la.Integer, primary_key = true},
      boss_id = la.Column{la.ForeignKey("user.id")}, other = la.synonym("id"),
      reports = la.relationship{"User"}})
    Base.registry:configure()
  end)

  it("tell what a property is", function()
    local attrs = la.inspect(User).attrs
    for name, class in pairs{id = la.ColumnProperty, other = la.SynonymProperty, reports = la.RelationshipProperty} do
      for _, one in ipairs{la.ColumnProperty, la.SynonymProperty, la.RelationshipProperty, la.CompositeProperty} do
        assert.equal(one == class, one:is(attrs[name]))
      end
      assert.is_true(la.MapperProperty:is(attrs[name]))
    end
    assert.is_false(la.MapperProperty:is(User.id))
  end)

  it("tell what an attribute is, a direction, a state", function()
    assert.is_true(la.InstrumentedAttribute:is(User.id) and la.QueryableAttribute:is(User.reports))
    assert.is_false(la.InstrumentedAttribute:is(User.__table__.c.id))
    local direction = la.inspect(User).relationships.reports.direction
    assert.is_true(la.RelationshipDirection:is(direction))
    assert.equal(la.RelationshipDirection.ONETOMANY, direction)
    assert.equal("RelationshipDirection.ONETOMANY", tostring(direction))
    assert.is_true(la.InstanceState:is(la.inspect(User{id = 1})))
    assert.is_false(la.InstanceState:is(User{id = 1}))
  end)

  it("tell a mapping from its row", function()
    la.create_engine("sqlite://"):connect(function(conn)
      local row = conn:execute(la.select(la.literal(1):label("x"))):one()
      assert.is_true(la.RowMapping:is(row._mapping))
      assert.is_false(la.RowMapping:is(row))
    end)
  end)
end)
