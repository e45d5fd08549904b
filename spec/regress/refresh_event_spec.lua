-- The event "refresh" of instances.
local la = require "lualchemy"

describe("the event refresh", function()
  it("comes when an object's row is read again", function()
    local Base = la.declarative_base()
    local User = Base:class("User", {
      __tablename__ = "user",
      id   = la.Column{la.Integer, primary_key = true},
      name = la.Column{la.String},
    })
    local engine = la.create_engine("sqlite://")
    Base.metadata:create_all(engine)
    local seen = {}
    for _, name in ipairs{"load", "refresh"} do
      la.event.listen(User, name, function(user) seen[#seen + 1] = name .. " " .. user.name end)
    end
    la.Session(engine, function(session)
      local ann = User{name = "Ann"}
      session:add(ann)
      session:commit()
      assert.equal("Ann", ann.name)
      session:refresh(ann)
      session:scalars(la.select(User):execution_options{populate_existing = true}):all()
      assert.same({"refresh Ann", "refresh Ann", "refresh Ann"}, seen)
      session:expunge_all()
      session:scalars(la.select(User)):all()
      assert.equal("load Ann", seen[4])
    end)
  end)
end)
