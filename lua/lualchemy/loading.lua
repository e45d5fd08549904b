--- la.loading
return {
  merge_frozen_result = require("lualchemy.orm.merge_frozen").public.merge_frozen_result,
} --[[@as lualchemy.loading]]
