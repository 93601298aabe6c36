"""Where facts about a code come from: CRPT, the local module, ТС ПИоТ, KKM Server."""
