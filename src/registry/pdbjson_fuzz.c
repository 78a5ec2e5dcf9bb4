/* SPDX-License-Identifier: BSD-2-Clause */
/* pdbjson_fuzz.c - JSON of PeeringDB, Spoofer, AS names and types; bytes that
 * are of no kind are read as each. */
#include "registry/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum registry_kind kinds[] = { REG_PEERINGDB, REG_SPOOFER,
		REG_AS_NAMES, REG_AS_TYPES };
	enum registry_kind kind = registry_sniff(data, size);

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kind == REG_KIND_NONE || kind == kinds[i])
			fuzz_load(data, size, kinds[i]);
	return 0;
}
