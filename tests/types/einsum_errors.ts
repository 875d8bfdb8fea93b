// Equations and axes that do not agree.
import { einsum } from "../../ops/einsum.ts";
import { n, mk } from "./assert.ts";

// @ts-expect-error einsum: index j is 3 before but 4 in operand 2
einsum("ij,jk->ik", mk(2, 3), mk(4, 5));
// @ts-expect-error einsum: output index l does not appear in the operands
einsum("ij,jk->il", mk(2, 3), mk(3, 4));
// @ts-expect-error einsum: operand 1 has no axis for index k
einsum("ijk,jk->ik", mk(2, 3), mk(3, 4));
// @ts-expect-error einsum: operand 1 has 1 more axes than indices
einsum("i->i", mk(2, 3));
// @ts-expect-error einsum: the equation names more operands than there are
einsum("ij,jk->ik", mk(2, 3));
// @ts-expect-error einsum: there are more operands than the equation names
einsum("ij->ij", mk(2, 3), mk(2, 3));
// @ts-expect-error einsum: index i is 2 before but 3 in operand 1
einsum("ii->i", mk(2, 3));
// @ts-expect-error einsum: index b is batch before but 7 in operand 2
einsum("bi,bj->ij", mk("batch", 3), mk(7, 4));
einsum("ij,jk->ik", mk(2, n), mk(4, 5));
