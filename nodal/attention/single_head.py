"""The performance of a single attention head: what all of its nodes together make of each label's inputs.

The matrix of a head is the sum of the single-nodal performance (SNP) matrices of its nodes before they are
normalised: the field on every output where the FC layer reads that head alone (arXiv 2506.23832).
"""

from nodal.attention.ownership import nodes_a_head
from nodal.snp.matrix import Snp


def single_heads(snp: Snp, heads: int) -> Snp:
    """The matrices of H heads from those of their K nodes; head h has the h-th K / H of them.

    A head is to its nodes what a filter is to its positions: H matrices, each the sum of K / H products, or
    of as many more as a node has positions.

    Raises:
        ValueError: The heads do not divide the nodes.
    """
    nodes_a_head(len(snp.weight), heads)
    labels = snp.shape[1]
    return Snp(snp.pooled_mean.reshape(heads, -1, labels), snp.weight.reshape(heads, -1, labels))
