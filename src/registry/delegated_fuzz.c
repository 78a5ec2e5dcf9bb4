/* SPDX-License-Identifier: BSD-2-Clause */
/* delegated_fuzz.c - files of lines: delegations, bogon lists, origin tables;
 * bytes that are of no kind are read as delegations. */
#include "registry/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum registry_kind kind = registry_sniff(data, size);

	switch ((int)kind) {
	case REG_BOGON_LIST:
	case REG_BOGUS_ROUTES:
	case REG_RISWHOIS:
	case REG_PFX_ORIGIN:
	case REG_RANGES:
	case REG_AS_PREFIXES:
		fuzz_load(data, size, kind);
		break;
	default:
		fuzz_load(data, size, REG_DELEGATED);
		break;
	}
	return 0;
}
