/** Which operations of TensorFlow.js round, and how. Those named in neither set round their result once or a few times. */

/** Operations that move, select or compare numbers, and round nothing. */
const exact = new Set(
  [
    'Identity Cast Reshape ExpandDims Transpose Slice StridedSlice Concat Pack Unpack SplitV Tile BroadcastTo BroadcastArgs',
    'GatherV2 GatherNd ScatterNd TensorScatterUpdate SparseToDense PadV2 MirrorPad Reverse FlipLeftRight Select Where Diag',
    'DepthToSpace SpaceToBatchND BatchToSpaceND ZerosLike OnesLike Fill Range LinSpace OneHot Unique Bincount',
    'Equal NotEqual Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr LogicalNot All Any',
    'Max Min Maximum Minimum ArgMax ArgMin TopK MaxPool MaxPool3D MaxPoolGrad MaxPool3DGrad MaxPoolWithArgmax',
    'Relu Relu6 Abs Neg Sign Step Floor Ceil Round ClipByValue IsNan IsFinite IsInf',
    'Complex Real Imag Multinomial SearchSorted NonMaxSuppressionV3 NonMaxSuppressionV4 NonMaxSuppressionV5 Print',
  ].flatMap((names) => names.split(' ')),
);

/**
 * Operations that add up many numbers: their inputs are moved by one unit each (so that what cancels in the sum shows),
 * and their result by √n units, the growth of rounding in a sum of n.
 */
const reduces = new Set(
  [
    'Sum Mean Prod Cumsum Cumprod BatchMatMul _FusedMatMul Einsum Softmax LogSoftmax UnsortedSegmentSum',
    'Conv1D Conv2D Conv2DBackpropFilter Conv2DBackpropInput Conv3D Conv3DBackpropFilterV2 Conv3DBackpropInputV2 FusedConv2D',
    'DepthwiseConv2dNative DepthwiseConv2dNativeBackpropFilter DepthwiseConv2dNativeBackpropInput FusedDepthwiseConv2D',
    'AvgPool AvgPool3D AvgPoolGrad AvgPool3DGrad LRN LRNGrad FusedBatchNorm AddN SparseSegmentSum SparseSegmentMean',
    'ResizeBilinear ResizeBilinearGrad',
  ].flatMap((names) => names.split(' ')),
);

export const rounding = { exact, reduces } as const;
