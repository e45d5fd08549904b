-- la.compiles on constraints: on the library's, on those of classes of a program's own.
local la = require "lualchemy"

local function sql(t, dialect) return tostring(la.schema.CreateTable(t):compile{dialect = dialect}) end

describe("constraints", function()
  it("are written as a function says, on its dialects; the others as before", function()
    la.compiles(la.ForeignKeyConstraint, "mysql")(function() return nil end)
    la.compiles(la.UniqueConstraint, "mysql", "oracle")(function(constraint, compiler, kw)
      return compiler:visit_unique_constraint(constraint, kw) .. " /* " .. constraint.name .. " */"
    end)
    local metadata = la.MetaData()
    la.Table("a", metadata, la.Column("id", la.Integer, {primary_key = true}))
    local t = la.Table("t", metadata, la.Column("x", la.Integer, la.ForeignKey("a.id")),
      la.UniqueConstraint("x", {name = "u"}))
    assert.equal("\nCREATE TABLE t (\n\tx INTEGER, \n\tCONSTRAINT u UNIQUE (x) /* u */\n)\n\n", sql(t, "mysql"))
    assert.equal("\nCREATE TABLE t (\n\tx INTEGER, \n\tCONSTRAINT u UNIQUE (x) /* u */, "
      .. "\n\tFOREIGN KEY(x) REFERENCES a (id)\n)\n\n", sql(t, "oracle"))
    local plain = "\nCREATE TABLE t (\n\tx INTEGER, \n\tCONSTRAINT u UNIQUE (x), "
      .. "\n\tFOREIGN KEY(x) REFERENCES a (id)\n)\n\n"
    assert.equal(plain, sql(t, "postgresql"))
    la.deregister(la.ForeignKeyConstraint)
    la.deregister(la.UniqueConstraint)
    assert.equal(plain, sql(t, "oracle"))
  end)

  describe("of a class of a program's own", function()
    local Positive = la.CheckConstraint:class("Positive", {
      __init__ = function(self, column, options)
        la.CheckConstraint.__init__(self, la.column(column):gt(0), options)
        self.about = column
      end,
    })
    la.compiles(Positive, "oracle")(function(constraint, compiler, kw)
      kw.literal_binds = true
      return "POSITIVE " .. constraint.about .. ": " .. compiler.sql_compiler:process(constraint.sqltext, kw)
    end)

    it("keep what is theirs, also in copies", function()
      local t = la.Table("t", la.MetaData(), la.Column("x", la.Integer), Positive("x", {name = "p"}))
      assert.equal("\nCREATE TABLE t (\n\tx INTEGER, \n\tCONSTRAINT p CHECK (x > 0)\n)\n\n", sql(t, "sqlite"))
      for _, one in ipairs{t, t:to_metadata(la.MetaData())} do
        assert.equal("\nCREATE TABLE t (\n\tx INTEGER, \n\tPOSITIVE x: x > 0\n)\n\n", sql(one, "oracle"))
        local constraint
        for _, c in ipairs(one.constraints) do constraint = Positive:is(c) and c or constraint end
        assert.is_true(la.CheckConstraint:is(constraint))
        assert.is_false(la.UniqueConstraint:is(constraint))
        assert.equal("x", constraint.about)
        assert.equal("p", constraint.name)
      end
    end)
  end)
end)
