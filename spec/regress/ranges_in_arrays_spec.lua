-- Ranges within arrays are values, not lists.
local la = require "lualchemy"
local support = require "spec.support"
local pg = la.postgresql
local Range, MultiRange = pg.Range, pg.MultiRange

describe("an array of ranges", function()
  local function literal(value, type_)
    return la.literal(value, type_):compile{dialect = pg.dialect(), literal_binds = true}
  end

  it("has no literal, rather than one without its values", function()
    for _, t in ipairs{pg.ARRAY(pg.INT4RANGE), pg.ARRAY(la.Integer), pg.ARRAY(pg.INT4MULTIRANGE)} do
      assert.error_matches(function() literal({Range(1, 5)}, t) end, "iteral value")
    end
    assert.error_matches(function() literal(Range(1, 5), pg.ARRAY(la.Integer)) end, "iteral value")
  end)

  for db in support.databases() do
    if db.name == "postgresql" then
      it("goes to PostgreSQL as it is", function()
        local engine = db:engine()
        local function text_of(value, type_)
          return engine:connect(function(conn)
            return conn:scalar(la.select(la.cast(la.literal(value, type_), la.Text)))
          end)
        end
        assert.equal('{"[1,5)","[7,8)"}', text_of({Range(1, 5), Range(7, 8)}, pg.ARRAY(pg.INT4RANGE)))
        assert.equal('{{"[1,5)"},{"[7,8)"}}', text_of({{Range(1, 5)}, {Range(7, 8)}}, pg.ARRAY(pg.INT4RANGE)))
        assert.equal('{"{[1,3)}"}', text_of({MultiRange{Range(1, 3)}}, pg.ARRAY(pg.INT4MULTIRANGE)))
        engine:dispose()
      end)
    end
  end
end)
